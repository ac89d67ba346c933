import type { Text } from '../../drivers/point.ts'
import { both } from './part.ts'

/** Short ways to write points of Modbus devices without a profile. What they make is plain JSON of site.json. */

type More = Readonly<Record<string, unknown>>

/** A number in an input register: uint16 unless `more` says otherwise. */
export const analog = (
  key: string,
  zh: string,
  en: string,
  address: number,
  unit: string,
  scale: number,
  range: readonly [number, number],
  more: More = {},
) => ({
  key,
  name: both(zh, en),
  table: 'input',
  address,
  type: 'uint16',
  ...(scale !== 1 && { scale }),
  unit,
  range: [...range],
  ...more,
})

/** A counter of two input registers, read every 10 s. */
export const counter = (
  key: string,
  zh: string,
  en: string,
  address: number,
  unit: string,
  scale = 1,
  more: More = {},
) => analog(key, zh, en, address, unit, scale, [0, 100_000_000], { type: 'uint32', scanMs: 10_000, ...more })

/** A number that stands for a word. */
export const code = (
  key: string,
  zh: string,
  en: string,
  address: number,
  words: Readonly<Record<number, Text>>,
  more: More = {},
) => ({ key, name: both(zh, en), table: 'input', address, type: 'uint16', enum: words, ...more })

/** A discrete input. */
export const bit = (key: string, zh: string, en: string, address: number, more: More = {}) => ({
  key,
  name: both(zh, en),
  table: 'discrete',
  address,
  type: 'bool',
  ...more,
})

/** A coil that people may switch. */
export const coil = (key: string, zh: string, en: string, address: number, command: More, more: More = {}) => ({
  ...bit(key, zh, en, address),
  table: 'coil',
  writable: true,
  command,
  ...more,
})
