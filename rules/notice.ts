import type { OrderClass, Severity } from './rule.ts'

/** How pressing the escalation of an order is: what concerns lives knows no quiet hours. */
export const orderSeverity = (urgency: OrderClass): Severity =>
  urgency === 'life' ? 'life' : urgency === 'urgent' ? 'high' : 'medium'

/** What the settings of notices are written with; the form and the gateway hold to the same. */
export const noticeFields = {
  id: /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
  clock: /^([01]\d|2[0-3]):[0-5]\d$/,
  phone: /^\+?\d{3,20}$/,
  host: /^[A-Za-z0-9.:-]+$/,
} as const
