/** How numbers, units and times are written. Pure: no clock, no page. */
export type Language = 'zh-CN' | 'en'

const numbers = new Map<string, Intl.NumberFormat>()
function numberFormat(lang: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${lang} ${options.maximumFractionDigits} ${options.maximumSignificantDigits}`
  let made = numbers.get(key)
  if (!made) {
    // 'negative': a small negative number that is rounded away is 0, not -0.
    made = new Intl.NumberFormat(lang, { ...options, signDisplay: 'negative' })
    numbers.set(key, made)
  }
  return made
}

/** Digits after the point of a number of which four digits count: 230.1, 49.98, 0.5213. */
export function decimalsOf(value: number): number {
  const rounded = Math.abs(Number(value.toPrecision(4)))
  return rounded === 0 ? 4 : Math.min(4, Math.max(0, 3 - Math.floor(Math.log10(rounded))))
}

/**
 * With `decimals` always so many, so that a value that changes does not jump about: 230.10 and 231.00. Without, four
 * digits count, noughts at the end as well: 230.0, 49.98, 0.5200; whole numbers stay whole, very small ones keep three.
 */
export function formatNumber(value: number, lang: Language, decimals: number | null = null): string {
  const fixed = (digits: number) =>
    numberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)
  if (decimals !== null) return fixed(Math.min(10, Math.max(0, decimals)))
  if (Number.isInteger(value)) return fixed(0)
  if (Math.abs(value) < 0.001) return numberFormat(lang, { maximumSignificantDigits: 3 }).format(value)
  return fixed(decimalsOf(value))
}

/**
 * The numbers along one axis, all with as many decimals as the one that needs most of them: 4.0, 4.5, 5.0 and never 4,
 * 4.500, 5.
 */
export function formatTicks(ticks: readonly number[], lang: Language): readonly string[] {
  const text = ticks.map(tick => tick.toFixed(10).replace(/\.?0+$/, ''))
  return ticks.map(tick => formatNumber(tick, lang, mostDecimals(text)))
}

const trade: Record<string, string> = {
  Cel: '°C',
  '[degF]': '°F',
  deg: '°',
  'kW.h': 'kWh',
  'W.h': 'Wh',
  'MW.h': 'MWh',
  'V.A': 'VA',
  'kV.A': 'kVA',
  'V.A.h': 'VAh',
  'kV.A.h': 'kVAh',
  'var.h': 'varh',
  'kvar.h': 'kvarh',
  '[ppm]': 'ppm',
  '{rpm}': 'r/min',
  'm[H2O]': 'mH₂O',
  Ohm: 'Ω',
  'dB[mW]': 'dBm',
  MBy: 'MB',
  's{unix}': '',
  '1': '',
}

/** UCUM code -> the trade's form: `Cel` °C, `kW.h` kWh, `m3/h` m³/h; what is only a note (`{floor}`) is dropped. */
export function formatUnit(unit: string | null): string {
  if (unit === null) return ''
  const known = trade[unit]
  if (known !== undefined) return known
  return plain(unit)
    .replace(/\{[^}]*\}/g, '')
    .replace(/^u(?=[A-Za-z])/, 'µ')
    .replace(/([A-Za-z])2(?!\d)/g, '$1²')
    .replace(/([A-Za-z])3(?!\d)/g, '$1³')
    .replace(/\./g, '·')
}

/** The unit of a clock or a moment: seconds since 1970, which no person reads as a time. */
export const isMoment = (unit: string | null): boolean => unit === 's{unix}'

/** A number that names something, as that of a card or a home: it is no amount and has no groups of digits. */
export const isName = (unit: string | null): boolean => unit === '{no}'

/** A short age: `<1 s`, `12 s`, `6 min`, `3 h 05 min`, `2 d 4 h`. Whole seconds, so that a table of ages stays still. */
export function formatAge(ms: number): string {
  const s = Math.max(0, ms) / 1000
  if (s < 1) return '<1 s'
  if (s < 60) return `${Math.floor(s)} s`
  if (s < 3600) return `${Math.floor(s / 60)} min`
  return long(s)
}

/** A duration that is watched: `03:41` under an hour, then `5 h 48 min`, `2 d 3 h`. */
export function formatDuration(ms: number): string {
  const s = Math.floor(Math.max(0, ms) / 1000)
  if (s < 3600) return `${two(Math.floor(s / 60))}:${two(s % 60)}`
  return long(s)
}

/** A duration that was measured: `45 s`, `4 min 33 s`, then `5 h 48 min`, `2 d 3 h`. */
export function formatTaken(ms: number): string {
  const s = Math.floor(Math.max(0, ms) / 1000)
  if (s < 60) return `${s} s`
  return s < 3600 ? `${Math.floor(s / 60)} min ${two(s % 60)} s` : long(s)
}

/** A target: `15 min`, `6 h`, `1 d`. */
export function formatTarget(ms: number): string {
  const min = Math.round(ms / 60_000)
  if (min < 60) return `${min} min`
  return min % 1440 === 0 ? `${min / 1440} d` : `${Math.round((min / 60) * 10) / 10} h`
}

/** A time that a rule waits: `30 s`, `90 s`, `10 min`, `1 h`, `1 d`; in the largest unit that it is a whole number of. */
export function formatWait(s: number, lang: Language): string {
  const [unit, size] = (
    [
      ['d', 86_400],
      ['h', 3600],
      ['min', 60],
    ] as const
  ).find(([, n]) => s > 0 && s % n === 0) ?? ['s', 1]
  return `${formatQuantity(s / size, lang)} ${unit}`
}

const two = (n: number): string => String(n).padStart(2, '0')
const long = (s: number): string =>
  s < 86_400
    ? `${Math.floor(s / 3600)} h ${two(Math.floor((s % 3600) / 60))} min`
    : `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`

const clocks = new Map<string, Intl.DateTimeFormat>()
function dateFormat(lang: Language, timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${lang} ${timeZone} ${Object.keys(options).join()}`
  let made = clocks.get(key)
  if (!made) {
    // The day before the month, as on the wall and on what is printed.
    const locale = lang === 'en' ? 'en-GB' : lang
    try {
      made = new Intl.DateTimeFormat(locale, { ...options, timeZone, hourCycle: 'h23' })
    } catch {
      made = new Intl.DateTimeFormat(locale, { ...options, hourCycle: 'h23' })
    }
    clocks.set(key, made)
  }
  return made
}
const DAY: Intl.DateTimeFormatOptions = { year: 'numeric', month: '2-digit', day: '2-digit' }
const TIME: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', second: '2-digit' }
const SHORT: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' }

/** hh:mm:ss in the site's time zone. */
export const formatTime = (ms: number, lang: Language, zone: string): string => dateFormat(lang, zone, TIME).format(ms)

/** hh:mm today, else with the day; the site's time zone says what a day is. */
export function formatWhen(ms: number, now: number, lang: Language, zone: string): string {
  const day = dateFormat(lang, zone, DAY)
  const time = dateFormat(lang, zone, SHORT).format(ms)
  if (day.format(ms) === day.format(now)) return time
  const options: Intl.DateTimeFormatOptions =
    lang === 'en' ? { day: 'numeric', month: 'short' } : { month: '2-digit', day: '2-digit' }
  return `${dateFormat(lang, zone, options).format(ms).replace('/', '-')} ${time}`
}

/** yyyy-mm-dd hh:mm */
export function formatDay(ms: number, zone: string): string {
  const parts = dateFormat('en', zone, { ...DAY, ...SHORT }).formatToParts(ms)
  const get = (type: string) => parts.find(part => part.type === type)?.value ?? ''
  return `${get('year')}-${get('month')}-${get('day')} ${get('hour')}:${get('minute')}`
}

/** Seconds since 1970 as a device has them: yyyy-mm-dd hh:mm; null of a device that has no moment to tell of and says 0. */
export const formatStamp = (s: number, zone: string): string | null => (s > 0 ? formatDay(s * 1000, zone) : null)

/** From when to when: `yyyy-mm-dd hh:mm – hh:mm`; the second day only where it is another. */
export function formatSpan(from: number, to: number, zone: string): string {
  const [begin, end] = [formatDay(from, zone), formatDay(to, zone)]
  return `${begin} – ${begin.slice(0, 10) === end.slice(0, 10) ? end.slice(11) : end}`
}

/**
 * A name from outside as it may stand on a screen: control characters and those that turn the reading direction are
 * shown as a mark, so that no name can rewrite the words beside it.
 */
export const plain = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  text.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')

/**
 * The word beside a count in a language that has two forms: of `point|points` the first for one, the second for every
 * other count, none as well. The count may be written already: `1` or `1,204`. Without two forms the count itself.
 */
export function counted(count: unknown, words = ''): string {
  const cut = words.indexOf('|')
  if (cut < 0) return String(count)
  return String(count) === '1' ? words.slice(0, cut) : words.slice(cut + 1)
}

/**
 * What stands in a hole of a text: a whole number in groups of digits (2,000 points), as every number is written; a number
 * that is a name, as a code or an address, is handed over as text. With `words` the form of them that the count asks for.
 */
export const inText = (value: unknown, words: string | undefined, lang: Language): string =>
  words === undefined && typeof value === 'number' && Number.isInteger(value)
    ? formatNumber(value, lang)
    : counted(value, words)

const protocols: Record<string, string> = {
  'modbus-tcp': 'Modbus TCP',
  'modbus-rtu': 'Modbus RTU',
  'modbus-rtu-over-tcp': 'Modbus RTU over TCP',
  opcua: 'OPC UA',
  mqtt: 'MQTT',
  'text-tcp': 'TCP',
}
/** A protocol as its standard is called, in both languages; one that has none keeps its word of site.json. */
export const formatProtocol = (protocol: string): string => protocols[protocol] ?? plain(protocol)

/** A quantity as it was typed: no digits are added to it. */
export const formatQuantity = (value: number, lang: Language): string =>
  formatNumber(value, lang, (/\.(\d+)/.exec(String(value))?.[1] ?? '').length)

/**
 * A figure that came as decimal text, as the index of a meter: its whole part in groups, its decimals as they are, at
 * least `decimals` of them. What is no such figure is given back.
 */
export function formatFigure(text: string, lang: Language, decimals = 0): string {
  const found = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (!found) return text
  const [, sign = '', whole = '', part = ''] = found
  const tail = part.padEnd(decimals, '0')
  return `${sign}${numberFormat(lang, {}).format(BigInt(whole))}${tail === '' ? '' : `.${tail}`}`
}

/** How many decimals the longest of some figures in text has: a column of them has so many in each line. */
export const mostDecimals = (texts: readonly (string | null)[]): number =>
  Math.max(0, ...texts.map(text => /\.(\d+)$/.exec(text ?? '')?.[1]?.length ?? 0))

const collators = new Map<Language, Intl.Collator>()
/** Compares names as the language sorts them: Chinese by pinyin, floors and flats by their number (9 before 10). */
export function byName(lang: Language): (a: string, b: string) => number {
  let made = collators.get(lang)
  if (!made) {
    made = new Intl.Collator(lang === 'en' ? 'en' : 'zh-u-co-pinyin', { numeric: true })
    collators.set(lang, made)
  }
  return made.compare
}

/** The fingerprint of a certificate, so that two people can read it to each other. */
export const fingerprintOf = (hex: string): string =>
  hex
    .match(/.{1,4}/g)
    ?.join(' ')
    .toUpperCase() ?? ''
