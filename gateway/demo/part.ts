import type { Text } from '../../drivers/point.ts'

/** Where a line of the demo building is: what a channel of site.json says of its address, without id. */
export type LineAddress = Readonly<Record<string, string | number | boolean>> & { readonly protocol: string }
export type Lines = (id: string) => LineAddress

/** A part of the demo's site.json, one per part of the building in firmware-sim. */
export interface DemoPart {
  readonly channels: readonly object[]
  readonly equipment: readonly object[]
  readonly rules: readonly object[]
}

export const both = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })
