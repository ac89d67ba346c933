import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import type { Browse, Link } from '../../../drivers/driver.ts'
import { opcua } from '../../../drivers/opcua/driver.ts'
import type { Point, Sample } from '../../../drivers/point.ts'
import { pointsOf } from '../../../drivers/profile.ts'
import { until } from '../../support/wait.ts'
import { type Damage, damaged, damages, drawn, endless, type Fuzzed, nastyText, shown } from './kit.ts'

/** Each with a client, and so with a process, of its own. */
const LINKS = 4
/** So many questions of one client are open at the same time. */
const AT_ONCE = 10
/** The client's own limit of its heap, and what Node and the stack need beside it. */
const MOST_WORKER_MB = 500
const LONGEST_NAME = 200
const LONGEST_TEXT = 4096

/** How a value is written on the wire [OPC 10000-6, 5.2], and how it is not. */
const u8 = (n: number) => Buffer.from([n & 255])
const u32 = (n: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(n >>> 0)
  return bytes
}
const text = (said: string) => {
  const bytes = Buffer.from(said)
  return Buffer.concat([u32(bytes.length), bytes])
}
const all = (...parts: readonly Buffer[]) => Buffer.concat(parts)
const joined = (parts: readonly Buffer[]) => Buffer.concat([u32(parts.length), ...parts])
/** How many are said to follow: as many as do, or not. */
const counted = (parts: readonly Buffer[], lie: number | null) => all(u32(lie ?? parts.length), ...parts)

/** What can't be read as it says ends the connection, and a new one takes a second: so it is the rare case here. */
const RARE = 5000
const rarely = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>) =>
  fc.oneof({ weight: RARE, arbitrary: usual }, { weight: 1, arbitrary: odd })
const lies = rarely<number | null>(fc.constant(null), fc.constantFrom(0, 1, 2, 1000, 0x7fffffff, 0xffffffff))
const word: fc.Arbitrary<Buffer> = fc.constantFrom(0, 1, 2, 250, 65_535, 0x7fffffff, 0x80000000, 0xffffffff).map(u32)
const bytesOf = (n: number) => fc.uint8Array({ minLength: n, maxLength: n }).map(bytes => Buffer.from(bytes))
const long = fc.oneof(
  bytesOf(8),
  fc.tuple(word, word).map(pair => all(...pair)),
)
const double = fc.double().map(n => {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(n)
  return bytes
})
const status = fc.oneof(
  { weight: 16, arbitrary: fc.constant(u32(0)) },
  { weight: 2, arbitrary: fc.constant(u32(0x40000000)) },
  { weight: 1, arbitrary: fc.constantFrom(0x80340000, 0x800a0000, 0x80000000, 0x80ab0000, 0xc0000000).map(u32) },
  { weight: 1, arbitrary: word },
)
const words = fc.oneof(
  { weight: 400, arbitrary: nastyText.map(said => text(said.slice(0, 500))) },
  // Longer than a value may be here; what is longer than a chunk can't be said in one.
  { weight: 1, arbitrary: fc.constantFrom(5000, 12_000).map(n => text('长'.repeat(n))) },
  { weight: 20, arbitrary: fc.constant(u32(0xffffffff)) },
)
const nodeId = fc.oneof(
  fc.constantFrom('Lift1', 'Lift1.Fault', 'none').map(name => all(u8(3), Buffer.from([1, 0]), text(name))),
  fc.nat(255).map(n => Buffer.from([0, n])),
  fc.tuple(fc.nat(255), fc.nat(65_535)).map(([ns, n]) => Buffer.from([1, ns, n & 255, n >> 8])),
  words.map(name => all(u8(3), Buffer.from([7, 0]), name)),
)
const localized = fc
  .tuple(fc.nat(3), words, words)
  .map(([mask, locale, said]) => all(u8(mask), ...(mask & 1 ? [locale] : []), ...(mask & 2 ? [said] : [])))
/** The built-in types, by their numbers [OPC 10000-6, 5.1.2]. */
const scalars: readonly (readonly [type: number, body: fc.Arbitrary<Buffer>])[] = [
  [1, fc.nat(255).map(u8)],
  [3, fc.nat(255).map(u8)],
  [4, bytesOf(2)],
  [6, word],
  [7, word],
  [8, long],
  [9, long],
  [10, fc.oneof(word, bytesOf(4))],
  [11, double],
  [12, words],
  [13, long],
  [14, bytesOf(16)],
  [15, words],
  [17, nodeId],
  [19, status],
  [20, words.map(name => all(Buffer.from([1, 0]), name))],
  [21, localized],
  [22, nodeId.map(id => all(id, u8(0)))],
]
/** A value of its type, a list of them, or a list with sizes that multiply to another number. */
const variantOf = ([type, body]: (typeof scalars)[number]): fc.Arbitrary<Buffer> =>
  fc.oneof(
    { weight: 6, arbitrary: body.map(bytes => all(u8(type), bytes)) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(lies, fc.array(body, { maxLength: 4 }))
        .map(([lie, bodies]) => all(u8(type | 0x80), counted(bodies, lie))),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(rarely(fc.constant(true), fc.constant(false)), fc.array(body, { maxLength: 4 }), word)
        .map(([right, bodies, size]) =>
          all(u8(type | 0xc0), joined(bodies), joined([right ? u32(bodies.length) : size])),
        ),
    },
  )
const plainVariant = fc.oneof(...scalars.map(variantOf))
const variant = rarely(
  fc.oneof(
    { weight: 12, arbitrary: plainVariant },
    { weight: 1, arbitrary: fc.constant(u8(0)) },
    // Within each other, once or more often than anybody means.
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(1, 3, 50), plainVariant)
        .map(([deep, inner]) => all(...Array.from({ length: deep }, () => Buffer.from([0x98, 1, 0, 0, 0])), inner)),
    },
  ),
  fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 20 })).map(([type, bytes]) => all(u8(type), Buffer.from(bytes))),
)
/** [OPC 10000-6, 5.2.2.17] */
const dataValue = fc
  .record({
    ...{ mask: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(1, 3, 5, 7, 15) }, fc.nat(63)) },
    ...{ variant, status, at: long, picos: fc.nat(255) },
  })
  .map(({ mask, variant: value, status: said, at, picos }) =>
    all(
      u8(mask),
      ...(mask & 1 ? [value] : []),
      ...(mask & 2 ? [said] : []),
      ...(mask & 4 ? [at] : []),
      ...(mask & 16 ? [Buffer.from([picos, 0])] : []),
      ...(mask & 8 ? [at] : []),
      ...(mask & 32 ? [Buffer.from([picos, 0])] : []),
    ),
  )
const NO_DIAGNOSTICS = u32(0)
const list = <T>(of: fc.Arbitrary<T>, most: number) =>
  fc.oneof(
    { weight: 100, arbitrary: fc.array(of, { maxLength: most }) },
    fc.array(of, { minLength: 200, maxLength: 200 }),
  )
const read = fc.tuple(list(dataValue, 6), lies).map(([values, lie]) => all(counted(values, lie), NO_DIAGNOSTICS))
const reference = fc
  .record({
    type: nodeId,
    node: nodeId,
    name: words,
    shown: localized,
    of: fc.constantFrom(1, 2, 2, 4, 255),
    kind: nodeId,
  })
  .map(({ type, node, name, shown: display, of, kind }) =>
    all(type, u8(1), node, Buffer.from([1, 0]), name, display, u32(of), kind),
  )
/** What goes on without end goes on with nothing new. */
const browsed = fc
  .tuple(status, fc.boolean(), list(reference, 8), lies)
  .map(([said, more, references, lie]) =>
    all(u32(1), said, more ? text('more') : u32(0xffffffff), counted(references, lie), NO_DIAGNOSTICS),
  )
const changes = fc.tuple(fc.array(fc.tuple(word, dataValue), { maxLength: 6 }), lies).map(([items, lie]) => {
  const body = all(
    counted(
      items.map(([handle, value]) => all(handle, value)),
      lie,
    ),
    NO_DIAGNOSTICS,
  )
  // DataChangeNotification, its body in bytes
  return all(Buffer.from([1, 0, 0x2b, 0x03, 1]), u32(body.length), body)
})
const events = fc
  .tuple(fc.array(fc.tuple(word, fc.array(variant, { maxLength: 14 })), { maxLength: 4 }), lies)
  .map(([list, lie]) => {
    const body = counted(
      list.map(([handle, fields]) => all(handle, joined(fields))),
      lie,
    )
    return all(Buffer.from([1, 0, 0x94, 0x03, 1]), u32(body.length), body)
  })
const published = fc
  .record({
    id: word,
    numbers: fc.array(word, { maxLength: 5 }),
    more: fc.nat(1),
    sequence: word,
    at: long,
    parts: fc.array(fc.oneof(changes, events), { maxLength: 3 }),
    lie: lies,
  })
  .map(({ id, numbers, more, sequence, at, parts, lie }) => ({
    rest: all(joined(numbers), u8(more), sequence, at, counted(parts, lie), u32(0), NO_DIAGNOSTICS),
    id,
  }))

/** Numbers of the binary encodings of responses [OPC 10000-6, annex A]. */
const READ = 634
const BROWSE = 530
const BROWSE_NEXT = 536
const PUBLISH = 829
const FAULT = 397
/** What is asked again and again; all else is said once in a session, and with it the session begins or does not. */
const ASKED = [READ, BROWSE, BROWSE_NEXT, PUBLISH]

type Attack = {
  readonly how: 'made' | 'body' | 'frame' | 'other' | 'ends' | 'piled'
  readonly damages: readonly Damage[]
  readonly service: Buffer
  readonly keepId: boolean
  readonly type: number
}
const attack: fc.Arbitrary<Attack> = fc.record({
  how: fc.oneof(
    { weight: 500, arbitrary: fc.constant('made' as const) },
    ...(['body', 'body', 'other', 'frame', 'ends', 'piled'] as const).map(how => fc.constant(how)),
  ),
  damages: damages(3),
  service: rarely(fc.constant(u32(0)), status),
  keepId: fc.boolean(),
  type: fc.constantFrom(READ, BROWSE, BROWSE_NEXT, PUBLISH, FAULT, 676, 715, 557, 754, 0, 65_535),
})

/** Type, 'F', length, channel, token, sequence, request; then the number of the type of what follows. */
const HEAD = 24
const typeOf = (message: Buffer): number =>
  message.length >= HEAD + 28 && message.toString('latin1', 0, 4) === 'MSGF' && message[HEAD] === 1
    ? message.readUInt16LE(HEAD + 2)
    : -1
function framed(message: Buffer, body: Buffer): Buffer {
  const whole = all(message.subarray(0, HEAD), body)
  whole.writeUInt32LE(whole.length, 4)
  return whole
}
/** Time, handle, result, nothing more [OPC 10000-4, 7.33]. */
function answered(message: Buffer, type: number, service: Buffer, body: Buffer): Buffer {
  const at = HEAD + 4
  const number = Buffer.from([1, 0, type & 255, type >> 8])
  const head = all(message.subarray(at, at + 12), service, Buffer.from([0]), u32(0), Buffer.from([0, 0, 0]))
  return framed(message, all(number, head, body))
}
/** The server's own state, which is asked for each second and ends the session when it is not said, is one value. */
const isVital = (message: Buffer): boolean =>
  !ASKED.includes(typeOf(message)) || (typeOf(message) === READ && message.readUInt32LE(HEAD + 28) === 1)
/** What is made up, each kind in its own order. */
const madeUp = (seed: number) => ({
  read: endless(read, seed),
  browsed: endless(browsed, seed),
  published: endless(published, seed),
})
/** Null: the connection ends instead. */
function attacked(message: Buffer, one: Attack, made: ReturnType<typeof madeUp>): readonly Buffer[] | null {
  const type = typeOf(message)
  switch (one.how) {
    case 'ends':
      return null
    case 'frame':
      return [damaged(message, one.damages)]
    case 'piled':
      return [message, message, damaged(message, one.damages)]
    case 'body':
      return [type < 0 ? damaged(message, one.damages) : framed(message, damaged(message.subarray(HEAD), one.damages))]
    case 'other':
      return type < 0 ? [message] : [answered(message, one.type, one.service, message.subarray(HEAD + 28))]
    case 'made':
      if (type === READ) return [answered(message, type, one.service, made.read.next().value)]
      if (type === BROWSE || type === BROWSE_NEXT)
        return [answered(message, type, one.service, made.browsed.next().value)]
      if (type === PUBLISH) {
        const { id, rest } = made.published.next().value
        const its = one.keepId ? message.subarray(HEAD + 28, HEAD + 32) : id
        return [answered(message, type, one.service, all(its, rest))]
      }
      return type < 0 ? [message] : [answered(message, FAULT, one.service, Buffer.alloc(0))]
  }
}

/** What a client heard of it is not what was read: of which kind, and as long as it may be. */
function faultOf(points: readonly Point[], samples: readonly Sample[]): string | null {
  for (const sample of samples) {
    const point = points.find(p => p.id === sample.point)
    if (!point) return `a point that there is not: ${sample.point}`
    if (!Number.isFinite(sample.at) || !Number.isFinite(sample.seen)) return `no time: ${shown(JSON.stringify(sample))}`
    if (sample.quality === 'bad') {
      if (sample.value !== null) return `bad, with a value: ${shown(JSON.stringify(sample))}`
      continue
    }
    const kind = typeof sample.value === 'string' ? 'text' : typeof sample.value
    const fits = kind === point.kind && (kind !== 'number' || Number.isFinite(sample.value))
    if (!fits || String(sample.value).length > LONGEST_TEXT) return `no ${point.kind}: ${shown(JSON.stringify(sample))}`
  }
  return null
}
function faultOfBrowse(seen: Browse): string | null {
  if (!seen.ok) return null
  const long = seen.nodes.find(n => n.browseName.length > LONGEST_NAME || n.displayName.length > LONGEST_NAME)
  return seen.nodes.length > 100 || long ? `too much to show: ${shown(JSON.stringify(seen))}` : null
}

const rssMb = (pid: number): number => {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1000
  } catch {
    return 0
  }
}

/** What a server answers to our client, damaged or made up, in sessions that are otherwise in order; then it is good again. */
export async function fuzzOpcuaAnswers(cases: number, seed: number): Promise<Fuzzed> {
  const wrong: string[] = []
  const counts: Record<string, number> = {}
  const count = (what: string) => {
    counts[what] = (counts[what] ?? 0) + 1
  }
  const plant = new Worker(new URL('./opcuaplant.ts', import.meta.url))
  const told = <T>() => new Promise<T>(resolve => plant.once('message', resolve))
  const { port } = await told<{ port: number }>()
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-opcua-fuzz-'))
  const drawing = drawn(attack, cases, seed)
  const made = madeUp(seed)
  let tried = 0
  let over = false
  const next = (): Attack | null => {
    const { value, done } = drawing.next()
    if (done) over = true
    else tried++
    return done ? null : value
  }
  /** By a number of its own: which messages are left alone is repeatable too. */
  const dice = fc.sample(fc.nat(99), { numRuns: 10_000, seed })
  let thrown = 0
  const often = (percent: number) => dice[thrown++ % dice.length]! < percent

  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, near => {
    const far = connect({ port, host: '127.0.0.1', noDelay: true })
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.on('data', piece => far.write(piece))
    let rest = Buffer.alloc(0)
    far.on('data', (piece: Buffer) => {
      rest = all(rest, piece)
      while (rest.length >= 8 && rest.length >= rest.readUInt32LE(4)) {
        const message = Buffer.from(rest.subarray(0, rest.readUInt32LE(4)))
        rest = rest.subarray(message.length)
        const one = !over && often(isVital(message) ? 1 : 80) ? next() : null
        if (!one) {
          near.write(message)
          continue
        }
        count(one.how)
        const sent = attacked(message, one, made)
        if (!sent) near.destroy()
        else for (const bytes of sent) near.write(bytes)
      }
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `opc.tcp://127.0.0.1:${(server.address() as { port: number }).port}`

  const specs = ['Position', 'Fault', 'DoorOpen', 'Trips', 'MachineRoom'].map(name => ({
    ...{ key: name.toLowerCase(), node: `ns=1;s=Lift1.${name}`, scanMs: 100 },
    ...(name === 'DoorOpen' ? { kind: 'boolean' } : { kind: 'number' }),
  }))
  const more = [
    { key: 'build', node: 'i=2263', kind: 'text', scanMs: 100 },
    { key: 'polled', node: 'ns=1;s=Lift1.Fault', kind: 'number', scanMs: 50, mode: 'poll' },
    { key: 'hot', condition: { source: 'ns=1;s=Lift1', name: 'MachineRoomHot' } },
  ]
  const deaths: Record<string, number> = {}
  let mostWorkerMb = 0
  const links = Array.from({ length: LINKS }, (_, n) => {
    const points = pointsOf(`l${n}`, [...specs, ...more] as never, opcua)
    const last = new Map<string, Sample>()
    const link: Link = opcua.open({ endpoint, publishMs: 50, timeoutMs: 1000 } as never, {
      now: Date.now,
      pkiFolder: join(folder, `client-${n}`),
      log(message, detail) {
        if (message === 'opcua connected') count('connected')
        if (message === 'opcua connection lost') count((detail as { why: string }).why)
        if (message !== 'opcua worker ended') return
        const { why, said } = detail as { why: string; said: string }
        const cause = `${why} ${/^\w*Error.*$/m.exec(said)?.[0].slice(0, 90) ?? ''}`
        deaths[cause] = (deaths[cause] ?? 0) + 1
      },
    })
    link.watch!(points, samples => {
      count('heard')
      const fault = faultOf(points, samples)
      if (fault) wrong.push(fault)
      for (const sample of samples) last.set(sample.point, sample)
    })
    return { link, points, last }
  })
  const asking = links.flatMap(({ link, points }) => [
    ...Array.from({ length: AT_ONCE }, async () => {
      const some = points.filter(p => !p.id.endsWith('hot'))
      while (!over) {
        const samples = await link.read(some, AbortSignal.timeout(2000))
        const fault = faultOf(some, samples)
        if (fault || samples.length !== some.length) wrong.push(fault ?? `${samples.length} of ${some.length} samples`)
        if (samples.every(s => s.reason === 'offline')) await new Promise(resolve => setTimeout(resolve, 20))
      }
    }),
    ...Array.from({ length: 2 }, async () => {
      while (!over) {
        const seen = await link.browse!(null, 0, AbortSignal.timeout(2000))
        count(seen.ok ? 'browsed' : 'not browsed')
        const fault = faultOfBrowse(seen)
        if (fault) wrong.push(fault)
        if (!seen.ok) await new Promise(resolve => setTimeout(resolve, 20))
      }
    }),
  ])
  const looking = setInterval(() => {
    for (const pid of workers()) mostWorkerMb = Math.max(mostWorkerMb, rssMb(pid))
  }, 200)
  try {
    await Promise.all(asking).catch(error => wrong.push(`thrown: ${(error as Error).stack ?? error}`))
    // What it said while it was bad it would stand by: the server that is good again has forgotten its sessions.
    const restarted = told()
    plant.postMessage('restart')
    await restarted
    const from = Date.now()
    for (const { last, points } of links)
      await until(
        () => `all good again: ${shown(JSON.stringify([...last.values()]))}`,
        () => points.every(p => last.get(p.id)?.quality === 'good'),
      ).catch(error => wrong.push((error as Error).message))
    counts.goodAgainMs = Date.now() - from
    if (mostWorkerMb > MOST_WORKER_MB) wrong.push(`a client held ${Math.round(mostWorkerMb)} MB`)
    const hung = Object.entries(deaths).filter(([why]) => why.includes('no sign of life'))
    if (hung.length > 0) wrong.push(`a client that hung: ${JSON.stringify(hung)}`)
  } finally {
    clearInterval(looking)
    for (const { link } of links) await link.close()
    const stopped = told()
    plant.postMessage('stop')
    await stopped
    for (const socket of sockets) socket.destroy()
    await new Promise(resolve => server.close(resolve))
    await plant.terminate()
    rmSync(folder, { recursive: true, force: true })
  }
  const ended = Object.values(deaths).reduce((a, b) => a + b, 0)
  return {
    name: 'OPC UA answers',
    cases: tried,
    wrong,
    figures: { ...counts, ended, mostWorkerMb: Math.round(mostWorkerMb), ...deaths },
  }
}

/** Processes of ours that speak OPC UA. */
function workers(): number[] {
  try {
    return readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number)
  } catch {
    return []
  }
}
