import type { Kept } from '../kept.ts'
import type { PartFacts } from '../records/parts.ts'
import type { NewVisit } from '../records/visits.ts'
import type { Site } from '../site/site.ts'

const DEMO = { name: 'demo', role: 'gateway' }
const HOUR_MS = 3_600_000

/** Name, unit, price in cents, the least there should be, shelf, how much there is: of one there is too little. */
const shelf: readonly (readonly [string, string, number | null, number, string, number])[] = [
  ['机械密封 / mechanical seal', '套', 26_000, 2, 'A-01', 3],
  ['交流接触器 / contactor 32 A', '只', 18_500, 4, 'A-03', 6],
  ['LED 灯管 / LED tube 1.2 m', '支', 1_650, 40, 'B-02', 22],
  ['铅酸电池 / battery 12 V 7 Ah', '只', 9_800, 6, 'B-05', 8],
  ['球阀 / ball valve DN50', '只', 7_200, 3, 'C-01', 5],
]

/** What a day at the desk begins with, where there has never been any: a store of parts, and visitors who are expected. */
export function fillToday(
  { trail, parts, visits }: Pick<Kept, 'trail' | 'parts' | 'visits'>,
  site: Pick<Site, 'spaces'>,
  now: number,
): void {
  if (parts.list().length > 0 || visits.newest(1).length > 0) return
  const nobody = { company: '', phone: '', person: null, escort: '', space: null }
  const expected = (
    hours: number,
    visit: Pick<NewVisit, 'name' | 'people' | 'host' | 'purpose'> & Partial<NewVisit>,
  ) => ({
    ...{ ...nobody, validFrom: now + hours * HOUR_MS, validTo: now + (hours + 2) * HOUR_MS },
    ...visit,
  })
  trail.change(DEMO, note => {
    for (const [name, unit, priceCents, least, place, onHand] of shelf) {
      const facts: PartFacts = { name, unit, priceCents, least, place, retired: false }
      parts.move(note, parts.create(note, facts).id, 'receive', onHand, null, '演示数据 / demo data')
    }
    if (site.spaces.size === 0) return
    const firm = { company: '演示安装公司 / Demo Fitters', name: '演示访客甲 / Demo visitor A' }
    visits.add(
      note,
      expected(0, { ...firm, people: 2, host: '工程部', purpose: '方案交底 / briefing' }),
      'expected',
      'demo',
      now,
    )
    const guest = { name: '演示访客乙 / Demo visitor B', host: '海蓝贸易 / Hailan Trading', purpose: '洽谈 / meeting' }
    visits.add(note, expected(1, { ...guest, people: 1 }), 'expected', 'demo', now)
  })
}
