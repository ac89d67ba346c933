import type { HandoverSheetView } from '../../../../gateway/http/contract.ts'

/** `2026-11-21 Night 20:00–08:00`: the day on which it begins. */
export const shiftText = (
  shift: HandoverSheetView['served'],
  of: (text: { readonly 'zh-CN': string; readonly en: string }) => string,
): string => `${shift.day} ${of(shift.name)} ${shift.from}–${shift.to}`
