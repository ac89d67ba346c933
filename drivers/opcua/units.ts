/**
 * UCUM of the units that buildings have, by the UNECE common code that an EUInformation carries
 * [OPC 10000-8 5.6.3; UNECE Recommendation 20].
 */
const byCode: Readonly<Record<string, string>> = {
  CEL: 'Cel',
  KEL: 'K',
  FAH: '[degF]',
  P1: '%',
  BAR: 'bar',
  MBR: 'mbar',
  PAL: 'Pa',
  KPA: 'kPa',
  MPA: 'MPa',
  VLT: 'V',
  KVT: 'kV',
  AMP: 'A',
  WTT: 'W',
  KWT: 'kW',
  WHR: 'W.h',
  KWH: 'kW.h',
  HTZ: 'Hz',
  RPM: '/min',
  MTR: 'm',
  MMT: 'mm',
  MTS: 'm/s',
  MTQ: 'm3',
  MQH: 'm3/h',
  LTR: 'L',
  L2: 'L/min',
  SEC: 's',
  MIN: 'min',
  HUR: 'h',
  KGM: 'kg',
  LUX: 'lx',
  KVA: 'kV.A',
  D46: 'V.A',
  D44: 'var',
  KVR: 'kvar',
  MAW: 'MW',
  MWH: 'MW.h',
  MTK: 'm2',
  '59': '[ppm]',
}
const known = new Set(Object.values(byCode))
/** What servers write when they carry no code. */
const byWord: Readonly<Record<string, string>> = { '°C': 'Cel', '℃': 'Cel', kWh: 'kW.h', 'm³': 'm3', 'm³/h': 'm3/h' }

/** @param unitId up to three characters of the common code, as bytes of a number; -1 when there is none */
export function ucumOf(unitId: number | undefined, word: string | undefined): string | null {
  const code = unitId !== undefined && unitId > 0 ? codeOf(unitId) : ''
  if (byCode[code]) return byCode[code]
  if (word === undefined) return null
  return byWord[word] ?? (known.has(word) ? word : null)
}

/** EUInformation of a unit [OPC 10000-8 5.6.3]. */
export interface EngineeringUnit {
  readonly namespaceUri: string
  /** -1: the table of common codes has none that we know. */
  readonly unitId: number
  /** As the trade writes it. */
  readonly word: string
}
const UNECE = 'http://www.opcfoundation.org/UA/units/un/cefact'
const UCUM = 'http://unitsofmeasure.org'
const codes = new Map(Object.entries(byCode).map(([code, ucum]) => [ucum, code]))
const words: Readonly<Record<string, string>> = {
  Cel: '°C',
  '[degF]': '°F',
  'W.h': 'Wh',
  'kW.h': 'kWh',
  'MW.h': 'MWh',
  'V.A': 'VA',
  'kV.A': 'kVA',
  'L/min': 'l/min',
  '/min': 'r/min',
  m2: 'm²',
  m3: 'm³',
  'm3/h': 'm³/h',
  '[ppm]': 'ppm',
}

/** A unit as other systems understand it: by its common code, and where it has none by its UCUM name. */
export function euOf(ucum: string): EngineeringUnit {
  const code = codes.get(ucum)
  const word = words[ucum] ?? ucum
  return code === undefined
    ? { namespaceUri: UCUM, unitId: -1, word }
    : { namespaceUri: UNECE, unitId: [...code].reduce((id, c) => id * 256 + c.charCodeAt(0), 0), word }
}

const codeOf = (id: number): string =>
  [id >>> 16, id >>> 8, id]
    .map(byte => String.fromCharCode(byte & 0xff))
    .join('')
    .replaceAll('\0', '')
