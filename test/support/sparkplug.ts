import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Debian's protoc reads and writes what goes over the wire: nothing of our own code proves itself. */
function protoc(word: '--decode' | '--encode', input: Buffer | string): Buffer {
  const file = '/usr/bin/protoc'
  if (!existsSync(file)) throw new Error(`${file} is missing: run node setup/ensure.mjs --services`)
  const { stdout, stderr, status } = spawnSync(
    file,
    [`-I${import.meta.dirname}`, `${word}=sparkplug.Payload`, 'sparkplug_b.proto'],
    { input },
  )
  if (status !== 0) throw new Error(`protoc ${word}: ${stderr}`)
  return stdout
}

export interface SaidMetric {
  readonly [field: string]: unknown
  readonly name?: string
  readonly alias?: number
  readonly timestamp?: number
}
export interface SaidPayload {
  readonly timestamp?: number
  readonly seq?: number
  readonly metrics: readonly SaidMetric[]
}
type Block = Record<string, unknown[]>

/** A payload as protoc reads it. Fields that the schema does not know come as their number. */
export function decoded(payload: Buffer): SaidPayload {
  const lines = protoc('--decode', payload).toString('utf8').split('\n')
  let at = 0
  const block = (): Block => {
    const found: Block = {}
    const add = (key: string, value: unknown) => {
      found[key] = [...(found[key] ?? []), value]
    }
    for (; at < lines.length; at++) {
      const line = lines[at]!.trim()
      if (line === '}') return found
      const open = /^(\S+) \{$/.exec(line)
      const field = /^(\S+): (.*)$/.exec(line)
      if (open) {
        at++
        add(open[1]!, block())
      } else if (field) add(field[1]!, read(field[2]!))
    }
    return found
  }
  const { metrics = [], ...rest } = block()
  return { ...single(rest), metrics: metrics.map(m => metricOf(m as Block)) }
}
const single = (of: Block) => Object.fromEntries(Object.entries(of).map(([key, [value]]) => [key, value]))
function metricOf({ properties: sets, ...rest }: Block): SaidMetric {
  const set = sets?.[0]
  if (!set) return single(rest)
  const { keys = [], values = [] } = set as Block
  const properties = Object.fromEntries(keys.map((key, i) => [key as string, single(values[i] as Block)]))
  return { ...single(rest), properties }
}
/** Texts are in C escapes, octal for what is not ASCII. */
function read(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  if (!text.startsWith('"')) return Number(text)
  const bytes = text
    .slice(1, -1)
    .replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    .replace(/\\n/g, '\n')
    .replace(/\\(["'\\])/g, '$1')
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

/** A payload as a host writes it, from protoc's text form. */
export const encoded = (text: string): Buffer => protoc('--encode', text)
