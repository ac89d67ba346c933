/**
 * What of settings and logs may leave the house for whoever helps: what is known to be technical. Everything else is left out,
 * so that a new field with somebody's name in it is left out, too, without anybody thinking of it.
 */

/** Of settings: words whose text says how something works and of whom it says nothing. */
const TECHNICAL = new Set(
  `id kind protocol profile table type order parity unit key severity channel space parent equipment point points
  securityMode securityPolicy timezone runbook pack packs schedule on off at from to every mode word words role roles phase
  class level group source causes suppressedBy logic op agg path address node topic register days day months version`.split(
    /\s+/,
  ),
)
/** Whole sections about people: how many there are is all that is told. */
const PEOPLE = new Set(['contacts', 'controlRoom', 'shifts', 'emergencyPlan', 'access', 'crews', 'rosters'])
const HIDDEN = '…'
/** An id as site.json wants it; a run of seven digits could be a telephone. */
const PLAIN = /^[\w@./*:-]{1,80}$/
const DIGITS = /\d{7}/

type Json = unknown

/** site.json with its structure, its numbers and its technical words; no names, texts, telephones, addresses outside. */
export function bareSite(value: Json, key = ''): Json {
  if (PEOPLE.has(key)) return { leftOut: Array.isArray(value) ? value.length : Object.keys(value ?? {}).length }
  if (Array.isArray(value)) return value.map(one => bareSite(one, key))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, one], i) => [
        PLAIN.test(name) && !DIGITS.test(name) ? name : `${HIDDEN}${i}`,
        bareSite(one, name),
      ]),
    )
  if (typeof value === 'number') return Math.abs(value) >= 1e7 ? HIDDEN : value
  if (typeof value !== 'string') return value
  if (/^(host|url|endpoint)$/.test(key)) return bareAddress(value)
  // 50 %, 12:30, /dev/ttyUSB0: no letter of a person's language, no long number.
  return TECHNICAL.has(key) && PLAIN.test(value) && !DIGITS.test(value) ? value : HIDDEN
}

const INSIDE = /^(10\.|127\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.)[\d.]+$/
/** How a peer is spoken to, and its address within the house; a name outside or a path could hold a key. */
export function bareAddress(text: string): string {
  const [, scheme = '', host = '', port = ''] =
    /^(?:([a-z.]+):\/\/)?(?:[^@/]*@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d+))?/i.exec(text) ?? []
  const shown = INSIDE.test(host) ? host : host === 'localhost' ? host : HIDDEN
  return `${scheme === '' ? '' : `${scheme}://`}${shown}${port === '' ? '' : `:${port}`}`
}

/** Settings of the environment: addresses as they are, of everything else only that it is set. */
export function bareEnv(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const shown = /^GATEHOUSE_(HTTP|HTTPS|MQTT|OUTGOING|PLAIN_HTTP|LOG)$/
  return Object.fromEntries(
    Object.entries(env)
      .filter(([name, value]) => name.startsWith('GATEHOUSE_') && value)
      .map(([name, value]) => [name, shown.test(name) && /^[\w.:,/[\] -]{1,200}$/.test(value!) ? value! : HIDDEN])
      .sort(([a], [b]) => (a! < b! ? -1 : 1)),
  )
}

/** Lines for people that the program and systemd write, by how they begin; the rest of such a line is masked. */
const KNOWN =
  /^(Gatehouse [\d.]+\S*: http|HTTPS: certificate|Open |Stopped |OPC UA: opc|Update to |Gatehouse did not start|gatehouse\.service: |Start(ing|ed) gatehouse|Stopp(ing|ed) gatehouse|systemd: )/
/** A stack tells where in the program, never with what: only lines that end with a place of it. */
const STACK =
  /^\s*at [\w.$<>[\] ]*\(?\S*?((?:gateway|drivers|rules|node_modules)\/[\w@./-]+|node:[\w/]+)(:\d+:\d+)\)?$/gm

/**
 * A line of the log: of JSON the time, the level, our own fixed words and where in the program an error arose; never what it was
 * about. null: nothing of it may be told.
 */
export function bareLine(line: string): string | null {
  const [, at, text = line] = /^(\d{9,}\.\d+) \S+ \S+?: (.*)$/.exec(line) ?? []
  const time = at === undefined ? '' : `${new Date(Number(at) * 1000).toISOString()} `
  const json = jsonOf(text)
  if (json) return `${time}${JSON.stringify(bareEntry(json))}`
  return KNOWN.test(text) ? `${time}${masked(text)}` : null
}
function jsonOf(text: string): Record<string, unknown> | null {
  if (!text.startsWith('{')) return null
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return null
  }
}
function bareEntry({ level, time, msg, error }: Record<string, unknown>): object {
  const { type, code, errcode, stack } = (typeof error === 'object' && error !== null ? error : {}) as Record<
    string,
    unknown
  >
  /** Of the system and of libraries: ENOSPC, ERR_SQLITE_ERROR, TypeError. */
  const word = (of: unknown) =>
    typeof of === 'string' && /^([A-Z][A-Z0-9_]{2,40}|([A-Z][A-Za-z]*)?(Error|Refusal))$/.test(of) ? of : undefined
  const number = (of: unknown) => (typeof of === 'number' ? of : undefined)
  return {
    level: number(level),
    time: number(time),
    // Our own words are fixed; what a library has made of an error is not told.
    msg:
      typeof msg === 'string' && msg !== (error as { message?: unknown } | undefined)?.message
        ? masked(msg)
        : undefined,
    error: error === undefined ? undefined : { type: word(type), code: word(code), errcode: number(errcode) },
    at:
      typeof stack === 'string'
        ? [...stack.matchAll(STACK)].map(([, file, at]) => `${file}${at}`).slice(0, 12)
        : undefined,
  }
}

/**
 * Text without what could be somebody's: other scripts than ASCII, quoted words, e-mail, long numbers, long random words. A moment
 * as the program writes it is of no person; a date alone could be somebody's birthday.
 */
export function masked(text: string): string {
  return text
    .replaceAll(/"[^"]*"|'[^']*'|“[^”]*”/g, '"…"')
    .replaceAll(/[^\s@]+@[^\s@]+\.\w+/g, HIDDEN)
    .replaceAll(/[^\s\0-\x7f…·]+[\w-]*/g, HIDDEN)
    .replaceAll(/(?:password|token|secret|key)\s+\S+/gi, HIDDEN)
    .replaceAll(/\b(?=\w*\d)(?=\w*[a-z])[\w-]{20,}\b/gi, HIDDEN)
    .replaceAll(/(?<!\d)(?!\d{4}-\d\d-\d\dT\d\d:\d\d)\+?\d[\d -]{6,}\d/g, HIDDEN)
}

/** Metrics with what their labels say masked where it could be somebody's. */
export const bareMetrics = (text: string): string =>
  text.replaceAll(/="((?:[^"\\]|\\.)*)"/g, (_, value: string) =>
    PLAIN.test(value) && !DIGITS.test(value) ? `="${value}"` : `="${HIDDEN}"`,
  )
