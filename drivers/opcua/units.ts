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

const codeOf = (id: number): string =>
  [id >>> 16, id >>> 8, id]
    .map(byte => String.fromCharCode(byte & 0xff))
    .join('')
    .replaceAll('\0', '')
