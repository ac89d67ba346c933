import { afterEach, describe, expect, it } from 'vitest'
import type { Entry } from '../../gateway/core/events.ts'
import { type Duty, readConfig } from '../../gateway/out/notify/config.ts'
import { deliver, type Outcome } from '../../gateway/out/notify/deliver.ts'
import { type EmailOptions, email, messageIdOf, sendEmail } from '../../gateway/out/notify/email.ts'
import type { Told } from '../../gateway/out/notify/message.ts'
import { issue } from '../support/certificates.ts'
import { manualClock } from '../support/clock.ts'
import { byWord, mailServer, oddServer } from '../support/smtp.ts'
import { until } from '../support/wait.ts'

const both = (zh: string, en: string) => ({ 'zh-CN': zh, en })
const told: Told = {
  alarm: 'tripped:pump-1:tripped',
  severity: 'high',
  event: 'raised',
  text: both('水泵跳闸', 'Pump tripped'),
  equipmentName: both('生活水泵', 'Water pump'),
  space: both('地下一层', 'Basement 1'),
  at: Date.UTC(2026, 10, 21, 6, 32, 8),
  site: both('测试广场', 'Test Plaza'),
  timezone: 'Asia/Shanghai',
  seq: 7,
}
const zhang = { name: '张工', email: 'zhang@example.com', language: 'zh-CN' as const }
const options = (port: number, more: object = {}) =>
  email.schema.parse({ host: '127.0.0.1', port, security: 'none', from: 'plaza@example.com', ...more }) as EmailOptions
const never = new AbortController().signal
const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})
const mail = async (o: Parameters<typeof mailServer>[0] = {}) => {
  const server = await mailServer(o)
  stops.push(server.stop)
  return server
}
const odd = async (talk: Parameters<typeof oddServer>[0]) => {
  const server = await oddServer(talk)
  stops.push(server.stop)
  return server
}

describe('a letter', () => {
  it('is in the language of who gets it, with subject, place, time of the site, and a link of his own', async () => {
    const server = await mail()
    const link = 'https://gate.example/a/abc'
    await sendEmail(options(server.port), { ...told, link }, zhang, never)
    await sendEmail(options(server.port), told, { ...zhang, name: 'Smith', language: 'en' }, never)
    const [zh, en] = server.letters
    expect(zh!.header('subject')).toBe('[报警·高] 水泵跳闸 地下一层 生活水泵')
    expect(zh!.text).toContain('时间：2026/11/21 14:32:08 (Asia/Shanghai)')
    expect(zh!.text).toContain(link)
    expect(zh!.header('from')).toMatch(/测试广场/)
    expect(en!.header('subject')).toBe('[ALARM·high] Pump tripped Basement 1 Water pump')
    expect(en!.text).toContain('Where: Basement 1 Water pump')
    expect(en!.text).not.toContain('/a/')
    expect(en!.header('auto-submitted')).toBe('auto-generated')
    expect(en!.raw).not.toMatch(/multipart/)
  })
  it('keeps its Message-ID when it is sent again; another message and another person have their own', async () => {
    const server = await mail()
    for (const one of [told, told, { ...told, seq: 8 }]) await sendEmail(options(server.port), one, zhang, never)
    const ids = server.letters.map(l => l.header('message-id'))
    expect(ids[0]).toBe(messageIdOf(told, zhang.email, 'plaza@example.com'))
    expect([ids[1] === ids[0], ids[2] === ids[0]]).toEqual([true, false])
    expect(messageIdOf(told, 'li@example.com', 'plaza@example.com')).not.toBe(ids[0])
  })
  it('nothing in names or texts can add a header or a receiver', async () => {
    const server = await mail()
    const evil = 'x\r\nBcc: thief@example.com\r\n\r\nbody\u2028X-Evil: 1\u0000'
    const bad: Told = { ...told, text: both(evil, evil), site: both(evil, evil), equipmentName: both(evil, evil) }
    await sendEmail(options(server.port), bad, { ...zhang, name: evil }, never)
    const [letter] = server.letters
    expect(letter!.to).toEqual(['zhang@example.com'])
    expect(letter!.header('bcc')).toBeUndefined()
    expect(letter!.header('x-evil')).toBeUndefined()
    expect(() => options(1, { from: 'a@example.com\r\nBcc: b@example.com' })).toThrow(/email/i)
    expect(() => options(1, { host: 'a b\r\n' })).toThrow(/host/i)
  })
})

describe('TLS', () => {
  const ca = issue('Test CA', { authority: true })
  const cert = issue('mail', { by: ca, names: ['127.0.0.1'] })
  it.each([
    ['tls', true],
    ['starttls', false],
  ] as const)('%s with a sign-in; a certificate that nobody vouches for is refused', async (security, secure) => {
    const server = await mail({ tls: cert, secure, user: 'plaza', password: 'authcode' })
    const signIn = { security, user: 'plaza', password: 'authcode' }
    const good = options(server.port, { ...signIn, ca: ca.certificate })
    expect(await sendEmail(good, told, zhang, never)).toMatchObject({ why: null })
    expect(await sendEmail(options(server.port, signIn), told, zhang, never)).toMatchObject({ final: false })
    expect(server.letters).toHaveLength(1)
    const wrong = await sendEmail({ ...good, password: 'old' }, told, zhang, never)
    expect(wrong.why).toMatch(/^535 /)
    expect(wrong.final).toBe(false)
  })
  it('starttls to a server that has none says nothing of the letter', async () => {
    const server = await mail()
    const sent = await sendEmail(options(server.port, { security: 'starttls' }), told, zhang, never)
    expect(sent.why).not.toBeNull()
    expect(server.letters).toHaveLength(0)
  })
})

describe('a mail server that does not do what it should', () => {
  const fine = { EHLO: '250 odd\r\n', MAIL: '250 ok\r\n', RCPT: '250 ok\r\n', DATA: '354 go\r\n', '*': '250 ok\r\n' }
  it.each([
    ['has no such mailbox', byWord({ ...fine, RCPT: '550 no such user\r\n' }), /^550 /, true],
    ['is busy', byWord({ ...fine, RCPT: '450 try later\r\n' }), /^450 /, false],
    ['is full', byWord({ ...fine, MAIL: '452 no room\r\n' }), /^452 /, false],
    ['drops in the middle of DATA', byWord({ ...fine, DATA: '354 go\r\n', '*': 'DROP' }), /no connection/, false],
    ['refuses the letter for good', byWord({ ...fine, '*': '554 spam\r\n' }), /^554 /, true],
    ['greets with nonsense', byWord(fine, 'HTTP/1.1 400 Bad Request\r\n\r\n'), /no SMTP|no connection/, false],
    ['answers nonsense', byWord({ ...fine, RCPT: '<html>\r\n' }), /./, false],
    ['hangs up at once', (s: { destroy(): void }) => void s.destroy(), /no connection/, false],
  ])('%s', async (_, talk, why, final) => {
    const server = await odd(talk)
    const sent = await sendEmail(options(server.port), told, zhang, AbortSignal.timeout(3000))
    expect(sent.why).toMatch(why)
    expect(sent.final).toBe(final)
  })
  it('hangs: it is left when its time is over, and the connection is closed', async () => {
    const server = await odd(() => {})
    const sent = await sendEmail(options(server.port), told, zhang, AbortSignal.timeout(200))
    expect(sent).toMatchObject({ why: 'timeout', final: false })
    await until('the connection to end', () => server.open() === 0, 2000)
  })
  it('is not there', async () => {
    expect(await sendEmail(options(1), told, zhang, never)).toMatchObject({ why: 'no connection', final: false })
  })
})

describe('a channel of e-mail', () => {
  /** The trail, the cursor and the outcomes of a gateway that may be killed: what is stored here outlives it. */
  function disk(people: readonly object[], port: number) {
    const config = readConfig(
      JSON.stringify({
        channels: [
          {
            id: 'mail',
            kind: 'email',
            roster: 'duty',
            options: { host: '127.0.0.1', port, security: 'none', from: 'plaza@example.com' },
          },
        ],
        rosters: [{ id: 'duty', people }],
      }),
    )
    const entries: Entry[] = []
    const outcomes: Outcome[] = []
    let cursor: number | null = 0
    const clock = manualClock(told.at)
    const state = { full: false }
    const start = () =>
      deliver(config, {
        clock,
        timezone: 'Asia/Shanghai',
        calendar: { holidays: new Set(), workdays: new Set() },
        after: seq => entries.filter(e => e.seq > seq),
        head: () => entries.length,
        cursor: () => cursor,
        settle: outcome => {
          if (state.full) throw new Error('disk full')
          cursor = outcome.seq
          if (outcome.told) outcomes.push(outcome)
        },
        settled: (_alarm, _channel, of) =>
          new Set(outcomes.filter(o => o.told?.of === of).flatMap(o => o.told?.to ?? [])),
        digested: () => new Map(),
        flooded: () => false,
        look: (entry): Duty => ({ told: { ...told, seq: entry.seq, at: entry.time }, to: null }),
        linkFor: () => null,
        failing: () => {},
      })
    const happen = () =>
      entries.push({
        seq: entries.length + 1,
        time: clock.now(),
        actor: '',
        role: '',
        kind: 'alarm',
        id: told.alarm,
        action: 'raised',
        data: {},
      })
    const lines = () =>
      outcomes.map(o => `${o.told!.of} ${o.told!.to.join()} ${o.told!.failed?.slice(0, 3) ?? 'told'} @${o.seq}`)
    return { start, happen, lines, clock, state, cursor: () => cursor }
  }
  const zhangLi = [zhang, { name: 'Li', email: 'li@example.com', language: 'en' }]

  it('tells each person, writes down each, and one bad mailbox holds up nobody', async () => {
    const refuse = (to: string) =>
      to.startsWith('zhang') ? Object.assign(new Error('no such user'), { responseCode: 550 }) : null
    const server = await mail({ refuse })
    const d = disk(zhangLi, server.port)
    d.happen()
    d.happen()
    const delivery = d.start()
    await until('both', () => d.lines().length === 4)
    expect(d.lines()).toEqual(['1 张工 550 @0', '1 Li told @1', '2 张工 550 @1', '2 Li told @2'])
    await delivery.stop()
    expect(server.letters.map(l => l.to.join())).toEqual(['li@example.com', 'li@example.com'])
  })
  it('one who is only busy is tried again, the others once; after four tries the next message is due', async () => {
    let busy = 3
    const refuse = (to: string) =>
      to.startsWith('zhang') && busy-- > 0 ? Object.assign(new Error('try later'), { responseCode: 450 }) : null
    const server = await mail({ refuse })
    const d = disk(zhangLi, server.port)
    d.happen()
    const delivery = d.start()
    for (const left of [2, 1, 0]) {
      await until('a try', () => busy === left && delivery.state('mail').failing !== null)
      await until('the plan of the next', () => (delivery.state('mail').failing?.nextAt ?? 0) > d.clock.now())
      await d.clock.pass(60_000)
    }
    await until('both', () => d.lines().length === 2)
    expect(server.letters.map(l => l.to.join()).sort()).toEqual(['li@example.com', 'zhang@example.com'])
    expect(d.cursor()).toBe(1)
    await delivery.stop()
  })
  it('killed after the first of two: the second is told after the start, the first not again', async () => {
    const server = await mail()
    const d = disk(zhangLi, server.port)
    d.happen()
    const first = d.start()
    await until('the first', () => d.lines().length === 1)
    await first.stop()
    const second = d.start()
    await until('the other', () => d.lines().length === 2)
    await second.stop()
    expect(server.letters.map(l => l.to.join())).toEqual(['zhang@example.com', 'li@example.com'])
  })
  it('killed between sending and writing it down: it goes out once more, with the same Message-ID', async () => {
    const server = await mail()
    const d = disk([zhang], server.port)
    d.happen()
    d.state.full = true
    const first = d.start()
    await until('sent', () => server.letters.length === 1)
    await first.stop()
    d.state.full = false
    const second = d.start()
    await until('written down', () => d.lines().length === 1)
    await second.stop()
    const ids = new Set(server.letters.map(l => l.header('message-id')))
    expect([server.letters.length, ids.size]).toEqual([2, 1])
  })
  it('a server that is away: waits longer each time, gives up after an hour, and says so', async () => {
    const d = disk([zhang], 1)
    d.happen()
    const delivery = d.start()
    const tries: number[] = []
    await until('the first try', () => delivery.state('mail').failing !== null)
    while (d.lines().length === 0 && tries.length < 40) {
      const { failing } = delivery.state('mail')
      tries.push(failing!.nextAt - d.clock.now())
      const before = failing!.nextAt
      await d.clock.pass(before - d.clock.now())
      await until('the next try', () => d.lines().length > 0 || delivery.state('mail').failing?.nextAt !== before)
    }
    expect(tries.slice(0, 6)).toEqual([1000, 5000, 15_000, 60_000, 300_000, 300_000])
    expect(d.lines()).toEqual(['1 张工 no  @1'])
    await delivery.stop()
  })
})
