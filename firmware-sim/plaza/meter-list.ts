import type { Feeder } from '../part.ts'
import { noise, type Shape, shapes } from './loads.ts'

/** Which meters there are, and what flows through each. One line per meter. */

export type ElectricModel = 'dtsu666' | 'adw300' | 'sdm120' | 'sdm630' | 'iem3000' | 'b23' | 'em24' | 'pzem016'

export interface ElectricMeter {
  readonly id: string
  readonly line: 'power-2' | 'meters-a' | 'meters-b' | 'meters-mall'
  readonly unit: number
  readonly model: ElectricModel
  /** Its supply. */
  readonly feeder: Feeder
  /** `feeder`: the whole of it. Else one customer of it: his peak, and how many minutes he lives after the shape. */
  readonly of: 'feeder' | { readonly shape: Shape; readonly peakKw: number; readonly laterMin: number }
  /** Peak that its closed form reckons with, when the load is another part's. */
  readonly nominalKw?: number
  /** Current transformers that it does not know of. */
  readonly ratio?: number
  readonly limit?: number
  /** UTC ms since when its register has been standing. */
  readonly stuckSince?: number
}

/** When the building was handed over: all indices count from there. */
export const handedOver = Date.UTC(2024, 2, 1)

const feederMeters: readonly [Feeder, ElectricModel, nominalKw: number, ratio?: number][] = [
  ['lifts-a', 'adw300', 40],
  ['lifts-b', 'adw300', 40],
  ['escalators', 'adw300', 20],
  ['water-pumps', 'adw300', 30],
  ['sump-pumps', 'adw300', 4],
  ['fire-equipment', 'adw300', 6],
  ['chillers', 'dtsu666', 420, 400],
  ['ventilation', 'dtsu666', 120, 120],
  ['lighting-public', 'adw300', 62],
  ['lighting-facade', 'adw300', 24],
  ['emergency-lighting', 'adw300', 4],
  ['elv', 'adw300', 15],
  ['shops', 'dtsu666', 420, 300],
  ['homes', 'dtsu666', 380, 300],
  ['offices', 'dtsu666', 440, 300],
]

const customer =
  (line: ElectricMeter['line'], feeder: Feeder, shape: Shape) =>
  (
    unit: number,
    id: string,
    model: ElectricModel,
    peakKw: number,
    more: Partial<ElectricMeter> = {},
  ): ElectricMeter => ({
    id,
    line,
    unit,
    model,
    feeder,
    // Households share one week of habits, each on another day of it; shops and offices keep their weekdays.
    of: { shape, peakKw, laterMin: shape === shapes.household ? unit * 1483 : (unit * 7) % 40 },
    ...more,
  })
const home = customer('meters-a', 'homes', shapes.household)
const office = customer('meters-b', 'offices', shapes.offices)
const shop = customer('meters-mall', 'shops', shapes.shops)

/**
 * What has happened to some meters shortly before the building was first started, in days before. The demo's made-up
 * history says the same (gateway/demo/meters.ts).
 */
export const lives: Readonly<Record<string, MeterLife>> = {
  // At the end of its scale: 9999.99, then 0.
  'em-kiosk-1': { beganDaysAgo: 9, at: 0 },
  // The old one, no. 2026033, was taken out at 186532.4 kWh: its display had failed.
  'em-shop-108': { beganDaysAgo: 5, at: 3.7, serial: 2_031_417 },
  // Its register stands while the flat uses power: for somebody to find.
  'em-a-0903': { stuckDaysAgo: 12 },
}
export type MeterLife =
  | { readonly beganDaysAgo: number; readonly at: number; readonly serial?: number }
  | { readonly stuckDaysAgo: number }

/** PZEM-016 counts 0 to 9999.99 kWh. */
const pzemLimit = 9999.99

export const electricMeters: readonly ElectricMeter[] = [
  ...feederMeters.map(
    ([feeder, model, nominalKw, ratio], i): ElectricMeter => ({
      id: `em-${feeder}`,
      line: 'power-2',
      unit: 11 + i,
      model,
      feeder,
      of: 'feeder',
      nominalKw,
      ...(ratio && { ratio }),
    }),
  ),
  home(1, 'em-a-0501', 'sdm120', 5.5),
  home(2, 'em-a-0602', 'sdm120', 4.8),
  home(3, 'em-a-0701', 'sdm120', 6.1),
  // Without a first start to count from, its register has been standing since then.
  home(4, 'em-a-0903', 'sdm120', 5.2, { stuckSince: Date.UTC(2026, 4, 12, 6) }),
  home(5, 'em-a-1002', 'sdm120', 3.4),
  home(6, 'em-a-1201', 'sdm120', 7.2),
  home(7, 'em-a-1504', 'sdm120', 4.4),
  home(8, 'em-a-1803', 'sdm120', 6.6),
  office(1, 'em-b-04', 'iem3000', 34),
  office(2, 'em-b-06', 'iem3000', 31),
  office(3, 'em-b-09', 'iem3000', 38),
  office(4, 'em-b-11', 'b23', 27),
  office(5, 'em-b-14', 'b23', 36),
  office(6, 'em-b-16', 'sdm630', 29),
  shop(1, 'em-shop-101', 'em24', 22),
  shop(2, 'em-shop-108', 'em24', 16),
  shop(3, 'em-shop-205', 'sdm630', 35),
  shop(4, 'em-shop-212', 'em24', 12),
  shop(5, 'em-shop-301', 'adw300', 48),
  shop(6, 'em-kiosk-1', 'pzem016', 2.4, { limit: pzemLimit }),
]

/** The low-voltage mains, behind each transformer: DTSU666 at 3000/5 A. */
export const mainRatio = 600
export const mainMeters = [
  { id: 'em-main-1', unit: 1, side: 1 },
  { id: 'em-main-2', unit: 2, side: 2 },
] as const

/** Water and gas by pulses: litres per pulse are the meter's own, 10 each. */
export const litresPerPulse = 10
export interface PulseMeter {
  readonly module: 'pulses-a' | 'pulses-mall'
  readonly input: number
  readonly key: string
  readonly peakM3h: number
  readonly shape: Shape
  readonly laterMin: number
}
const flats = ['0501', '0602', '0701', '0903', '1002', '1201', '1504', '1803']
const kitchens = ['101', '205', '301']
export const pulseModules = [
  { id: 'pulses-a', line: 'meters-a', unit: 20, serial: 4_261_412_865 },
  { id: 'pulses-mall', line: 'meters-mall', unit: 20, serial: 4_261_412_911 },
] as const
export const pulseMeters: readonly PulseMeter[] = [
  ...flats.flatMap((flat, i): PulseMeter[] => {
    const people = 0.6 + 0.8 * noise(21, i)
    const tap = { module: 'pulses-a', shape: shapes.tap, laterMin: i * 1517 } as const
    return [
      { ...tap, input: i + 1, key: `water-${flat}`, peakM3h: 0.35 * people },
      { ...tap, input: i + 9, key: `gas-${flat}`, peakM3h: 0.4 * people, laterMin: i * 1517 + 9 },
    ]
  }),
  ...kitchens.flatMap((shopId, i): PulseMeter[] => [
    {
      module: 'pulses-mall',
      input: i + 1,
      key: `water-${shopId}`,
      peakM3h: 0.6 + 0.3 * i,
      shape: shapes.shops,
      laterMin: i * 20,
    },
    {
      module: 'pulses-mall',
      input: i + 9,
      key: `gas-${shopId}`,
      peakM3h: 1.6 + 0.7 * i,
      shape: shapes.shops,
      laterMin: i * 20,
    },
  ]),
]

/** Ultrasonic meters: mains water, and heat and cold by flow and two temperatures. */
export interface PipeMeter {
  readonly id: string
  readonly line: ElectricMeter['line']
  readonly unit: number
  readonly pipeMm: number
  /** Its peak, for the closed form and, where nothing else says, for the flow. */
  readonly peakM3h: number
  readonly shape: Shape
  readonly carries: 'water' | 'cold' | 'heat'
}
export const pipeMeters: readonly PipeMeter[] = [
  { id: 'wm-tower-a', line: 'meters-a', unit: 30, pipeMm: 80, peakM3h: 9, shape: shapes.homes, carries: 'water' },
  { id: 'hm-tower-a', line: 'meters-a', unit: 31, pipeMm: 100, peakM3h: 18, shape: shapes.homes, carries: 'heat' },
  { id: 'cm-tower-b', line: 'meters-b', unit: 31, pipeMm: 150, peakM3h: 90, shape: shapes.offices, carries: 'cold' },
  { id: 'wm-mall', line: 'meters-mall', unit: 30, pipeMm: 100, peakM3h: 14, shape: shapes.shops, carries: 'water' },
]
