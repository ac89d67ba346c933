import type { Role } from '../../rules/flow.ts'
import { daysLater, today } from '../../rules/registerdays.ts'
import type { Kept } from '../kept.ts'
import type { By } from '../records/registers.ts'
import type { Site } from '../site/site.ts'

const as = (role: Role): By => ({ name: 'demo', role })

/**
 * Rows of a believable office, each marked as made up; none of them is due at once. They are put down as people would, so
 * what the rules refuse is not in the demo either.
 */
export function fillRegisters({ trail, registers }: Pick<Kept, 'trail' | 'registers'>, site: Site, now: number): void {
  if (!registers.isEmpty()) return
  const day = today(now, site.timezone)
  const later = (days: number) => daysLater(day, days)
  const at = (id: string) => (site.spaces.has(id) ? { space: id } : {})
  const machine = (id: string) => (site.equipment.some(e => e.id === id) ? { equipment: id } : {})
  trail.change(as('manager'), note => {
    const add = (...[register, values, role = 'manager']: [string, Record<string, unknown>, Role?]) =>
      registers.add(note, register, values, as(role), now, true)
    const move = (
      entry: { readonly id: string },
      action: string,
      values: Record<string, unknown>,
      role: Role = 'manager',
    ) => registers.move(note, entry.id, action, values, as(role), now)

    add('keys', { name: '生活水泵房 Pump house', kind: 'plant', hook: '01', copies: 2, ...at('pump-house') }, 'desk')
    add(
      'keys',
      { name: '低压配电室 LV room', kind: 'plant', hook: '02', copies: 2, ...at('distribution-room') },
      'desk',
    )
    add('keys', { name: '生活水箱盖 Tank lid', kind: 'lid', hook: '05', copies: 1, ...at('pump-house') }, 'desk')
    const flat = add(
      'keys',
      { name: '商铺 103 Shop 103', kind: 'unit', hook: '21', copies: 1, letter: 'TG-0103', ...at('s-103') },
      'desk',
    )
    move(flat, 'give', { borrower: '周婷', purpose: '带客看铺 viewing' }, 'desk')

    const signer = add('signers', { company: '海蓝贸易 Hailan Trading', signer: '陈晓', until: later(300) }, 'desk')
    const items = [
      { name: '办公桌 desk', quantity: 2, unit: '张' },
      { name: '显示器 monitor', quantity: 4, unit: '台' },
    ]
    add(
      'goods',
      { company: '海蓝贸易 Hailan Trading', signer: signer.no, day, carrier: '刘洋', plate: '沪B12345', items },
      'desk',
    )

    add('tools', {
      name: '绝缘电阻测试仪 Insulation tester',
      model: 'ZC25-3',
      serial: '2309117',
      quantity: 1,
      calibrated: later(200),
      certificate: 'JL-2206',
      ...at('distribution-room'),
    })
    const ladder = add('tools', { name: '绝缘梯 Insulated ladder', model: '5 m', quantity: 2 })
    move(ladder, 'count', { counted: 2 })

    const wallet = add('lost', {
      item: '黑色钱包 Black wallet',
      features: '内有现金约 600 元 about 600 yuan inside',
      sort: 'money',
      worth: 600,
      found: day,
      finder: '张卫东',
      ...at('mall-l1'),
    })
    move(wallet, 'deliver', { receivedBy: '行政部 Administration' })
    add('lost', {
      item: '雨伞 Umbrella',
      features: '蓝色长柄 blue, long',
      sort: 'goods',
      found: day,
      finder: '保洁 Cleaner',
      ...at('mall-l1'),
    })

    const room = site.spaces.has('distribution-room') ? 'distribution-room' : [...site.spaces.keys()][0]
    add('fire-gear', {
      name: 'MFZ-B1-01',
      kind: 'powder',
      spec: '4 kg',
      quantity: 2,
      until: later(400),
      spot: '门口 at the door',
      space: room,
    })

    add('vacant', { unit: '商铺 103 Shop 103', kind: 'unlet', keeper: '李主任', keyNo: flat.no, ...at('s-103') })

    const works = add('decoration', {
      unit: '商铺 104 Shop 104',
      owner: '孙女士',
      contractor: '金宇装饰 Jinyu',
      manager: '钱工',
      licence: 'D331022',
      work: '地面、吊顶、照明 floor, ceiling, lights',
      until: later(45),
      deposit: 5000,
      receipt: 'SJ-0871',
      ...at('s-104'),
    })
    move(works, 'permit', { permitNo: 'SG-0412', rules: true })

    const lesson = add('training', { topic: '灭火器使用 Using extinguishers', kind: 'training', day, leader: '李主任' })
    move(lesson, 'hold', { people: 12, minutes: '实操每人一次 everyone tried it once' })
    add('training', { topic: '部门例会 Department meeting', kind: 'meeting', day: later(2), leader: '李主任' })

    add('firms', {
      company: '安达电梯 Anda Lifts',
      kind: 'qualification',
      certificate: 'TS3331022-2028',
      until: later(300),
      work: '电梯维保 lift maintenance',
      contact: '何工',
    })
    add('takeover', {
      defect: 'B1 排水沟盖板缺失 Gully cover missing',
      group: 'water',
      grade: 'b',
      found: day,
      until: later(20),
      developer: '建设单位 Developer',
      ...at('b1'),
    })

    add('equipment', {
      name: 'A 座 1 号梯 Lift A1',
      kind: 'lift',
      maker: '—',
      model: 'GPS-III',
      certificate: 'TS-A1-0457',
      inspected: later(240),
      drawings: 'DT-A1-01…08',
      ...machine('lift-a-1'),
      ...at('lift-room-a'),
    })
  })
}
