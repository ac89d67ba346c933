import fc from 'fast-check'

/** What one kind of hostile input came to. */
export interface Fuzzed {
  readonly name: string
  readonly cases: number
  /** Each one is a fault of ours, with the input that shows it. */
  readonly wrong: string[]
  readonly figures: Record<string, number | string>
}

const CHUNK = 250
/** Told how far a kind is, at each piece of its cases; for who measures along the way. */
export const progress: { look: (done: number) => void } = { look: () => {} }
/** So many values of a generator, made in pieces so that a hundred thousand need no memory. */
export function* drawn<T>(of: fc.Arbitrary<T>, cases: number, seed: number): Generator<T> {
  for (let left = cases; left > 0; left -= CHUNK) {
    progress.look(cases - left)
    const some = fc.sample(of, { numRuns: Math.min(left, CHUNK), seed: seed + left })
    for (const one of some) yield one
  }
}
/** The same without end, and without a word on how far it is. */
export function* endless<T>(of: fc.Arbitrary<T>, seed: number): Generator<T, never> {
  for (let n = seed; ; n++) yield* fc.sample(of, { numRuns: CHUNK, seed: n })
}

/** One damage to bytes: a flipped, changed, removed, doubled or inserted piece, or the end cut off. */
export interface Damage {
  readonly kind: 'flip' | 'set' | 'cut' | 'remove' | 'double' | 'insert'
  /** 0..1 of the length. */
  readonly at: number
  readonly size: number
  readonly bytes: Uint8Array
}
const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom('flip', 'set', 'cut', 'remove', 'double', 'insert'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  size: fc.integer({ min: 1, max: 9 }),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 9 }),
    fc.constantFrom(0x00, 0xff, 0x7f, 0x80).map(byte => new Uint8Array(4).fill(byte)),
  ),
})
export const damages = (most: number) => fc.array(damage, { minLength: 1, maxLength: most })

export const damaged = (whole: Buffer, list: readonly Damage[]): Buffer => list.reduce<Buffer>(harmed, whole)
function harmed(bytes: Buffer, { kind, at, size, bytes: put }: Damage): Buffer {
  const from = Math.min(bytes.length, Math.floor(at * bytes.length))
  const [before, after] = [bytes.subarray(0, from), bytes.subarray(from + size)]
  const piece = bytes.subarray(from, from + size)
  const instead: Record<Damage['kind'], () => readonly Uint8Array[]> = {
    flip: () => [piece.map(byte => byte ^ (put[0]! | 1)), after],
    set: () => [put.subarray(0, piece.length), piece.subarray(put.length), after],
    cut: () => [],
    remove: () => [after],
    double: () => [piece, piece, after],
    insert: () => [put, piece, after],
  }
  return Buffer.concat([before, ...instead[kind]()])
}

export const shown = (input: Buffer | string): string =>
  (typeof input === 'string' ? JSON.stringify(input) : input.toString('hex')).slice(0, 600)

/** Counts what nobody caught, as long as it listens; a process that dies of it can count nothing. */
export function uncaught() {
  const seen: string[] = []
  const hear = (error: unknown) =>
    void seen.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
  process.on('uncaughtException', hear)
  process.on('unhandledRejection', hear)
  return {
    seen,
    end() {
      process.off('uncaughtException', hear)
      process.off('unhandledRejection', hear)
    },
  }
}

/** How long we ourselves have worked since then: a busy machine is no fault of what is tried. */
export function busyMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}

/** Texts that break what is written without thought. */
export const nastyText = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      ' ',
      '\u0000',
      '\ud800',
      '\udc00x',
      '\u202e',
      '__proto__',
      'constructor',
      '../../etc/passwd',
      '%',
      '%00',
      '💥',
    ],
    ...['<script>', "' OR 1=1 --", '#', '+', '$SYS/#', '=1+1', '\r\nSet-Cookie: a=b', '{{7*7}}', 'NaN', '1e999'],
    ...[
      '9'.repeat(400),
      '-0',
      'x'.repeat(3000),
      '[',
      '"',
      '\\',
      '\\u',
      '2026-02-30',
      '24:00',
      '99999-12-31',
      '2026-11-23T25:61',
    ],
  ),
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
)
/** What no schema wants. */
export const nastyValue: fc.Arbitrary<unknown> = fc.oneof(
  nastyText,
  fc.constantFrom(null, true, false, 0, -1, 0.1, 1e308, -1e308, 2 ** 53, -(2 ** 31), 65_536),
  // Made anew each time: who puts one into a file and changes it there would change it for all that come after.
  fc.constantFrom('[]', '{}', '[[]]', '[null]', '[""]').map(text => JSON.parse(text) as unknown),
  fc.double(),
  fc.integer(),
  fc.constantFrom(5, 60, 2000).map(depth => {
    let deep: unknown = 1
    for (let i = 0; i < depth; i++) deep = i % 2 ? { a: deep } : [deep]
    return deep
  }),
  fc.constantFrom(10, 3000).map(n => Array.from({ length: n }, (_, i) => i)),
  fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 3 }),
)
