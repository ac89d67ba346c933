import { createHmac } from 'node:crypto'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Entry } from '../../gateway/core/events.ts'
import { sendCallbacks } from '../../gateway/out/callback.ts'
import { manualClock } from '../support/clock.ts'
import { pause, until } from '../support/wait.ts'

let server: Server | undefined
let stop = () => {}
afterEach(() => {
  stop()
  server?.closeAllConnections()
  server?.close()
  server = undefined
})

type Answer = (response: ServerResponse) => void
const status =
  (code: number, body = ''): Answer =>
  response =>
    response.writeHead(code).end(body)

/** Another system, real, whose answers are given one by one; the last one goes on. */
async function sink(answers: readonly Answer[]) {
  const got: { body: { seq: number }; signature: string; text: string }[] = []
  server = createServer((request, response) => {
    let text = ''
    request.on('data', chunk => {
      text += chunk
    })
    request.on('end', () => {
      got.push({ body: JSON.parse(text), signature: String(request.headers['gatehouse-signature']), text })
      ;(answers[got.length - 1] ?? answers.at(-1)!)(response)
    })
  })
  await new Promise<void>(ready => server!.listen(0, '127.0.0.1', ready))
  return { got, url: `http://127.0.0.1:${(server!.address() as AddressInfo).port}/hook` }
}

const entry = (seq: number, kind = 'workorder'): Entry => ({
  seq,
  time: 0,
  actor: 'li',
  role: 'engineer',
  kind,
  id: 'w',
  action: 'accept',
  data: {},
})

function begin(url: string | null, more: { kept?: number | null } = {}) {
  const clock = manualClock()
  const state = { kept: more.kept === undefined ? 0 : more.kept, trail: [] as Entry[], url, failed: [] as object[] }
  const sender = sendCallbacks({
    clock,
    after: (seq, limit) => state.trail.filter(e => e.seq > seq).slice(0, limit),
    head: () => state.trail.at(-1)?.seq ?? 0,
    cursor: {
      get: () => state.kept,
      set: seq => {
        state.kept = seq
      },
    },
    target: () => (state.url === null ? null : { url: state.url, secret: 'cb_test' }),
    bodiesOf: e => (e.kind === 'workorder' ? [{ seq: e.seq }] : []),
    failed: detail => state.failed.push(detail),
  })
  stop = sender.stop
  const add = (...entries: Entry[]) => {
    state.trail.push(...entries)
    sender.wake()
  }
  return { clock, state, add, sender }
}
const seqs = (got: readonly { readonly body: { readonly seq: number } }[]) => got.map(g => g.body.seq)

describe('callbacks', () => {
  it('tell each step in order, signed over time and body, and keep where they are', async () => {
    const { got, url } = await sink([status(200)])
    const { add, state, clock } = begin(url)
    add(entry(1), entry(2, 'alarm'), entry(3))
    await until('both', () => state.kept === 3)
    expect(seqs(got)).toEqual([1, 3])
    const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(got[0]!.signature)!
    expect(Number(t)).toBe(Math.floor(clock.now() / 1000))
    expect(v1).toBe(createHmac('sha256', 'cb_test').update(`${t}.${got[0]!.text}`).digest('hex'))
  })
  it('that fail, hang up or are sent on are tried again later, with nothing left out and nothing overtaken', async () => {
    const hangUp: Answer = response => response.destroy()
    const away: Answer = response => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()
    const { got, url } = await sink([status(500), hangUp, status(429), away, status(204)])
    const { add, state, clock } = begin(url)
    add(entry(1), entry(2))
    for (const [n, waitMs] of [1000, 2000, 5000, 15_000].entries()) {
      await until(`attempt ${n + 1} failed`, () => state.failed.length === n + 1 && clock.timers() === 1)
      expect(state.kept).toBe(0)
      add(entry(n + 3))
      await clock.pass(waitMs)
    }
    await until('all', () => state.kept === 6)
    expect(seqs(got)).toEqual([1, 1, 1, 1, 1, 2, 3, 4, 5, 6])
  })
  it('that the other side will never take are left out, and said', async () => {
    const { got, url } = await sink([status(422, 'x'.repeat(1_000_000)), status(200, 'nonsense \u0000')])
    const { add, state } = begin(url)
    add(entry(1), entry(2))
    await until('both', () => state.kept === 2)
    expect([seqs(got), state.failed]).toEqual([[1, 2], [{ status: 422 }]])
  })
  it('go on after a restart where they were; told twice at most what was under way', async () => {
    const { got, url } = await sink([status(200)])
    const first = begin(url)
    first.add(entry(1), entry(2))
    await until('both', () => first.state.kept === 2)
    first.sender.stop()
    const second = begin(url, { kept: 2 })
    second.add(entry(1), entry(2), entry(3))
    await until('the third', () => second.state.kept === 3)
    expect(seqs(got)).toEqual([1, 2, 3])
  })
  it('to nobody cost nothing; whoever is named first is not told of the past', async () => {
    const { got, url } = await sink([status(200)])
    const { add, state, sender } = begin(null, { kept: null })
    add(entry(1), entry(2))
    expect(state.kept).toBe(null)
    state.url = url
    sender.wake()
    expect(state.kept).toBe(2)
    add(entry(3))
    await until('the third', () => state.kept === 3)
    await pause(50)
    expect(seqs(got)).toEqual([3])
  })
})
