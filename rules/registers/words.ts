import type { Text } from '../../drivers/point.ts'
import type { Field, FieldKind } from '../register.ts'

/** How a register is written down. */
export const both = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })
export const field = (
  key: string,
  kind: FieldKind,
  zh: string,
  en: string,
  more: Partial<Omit<Field, 'key' | 'kind' | 'name'>> = {},
): Field => ({ key, kind, name: both(zh, en), ...more })

export const needed = { required: true } as const
export const column = { column: true } as const
export const fine = { ok: both('合格', 'all right'), defect: both('不合格', 'defective') } as const
export const remark = field('remark', 'long', '备注', 'Remark')
