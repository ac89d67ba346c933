import type { OrderClass, Severity } from './rule.ts'

/** How pressing the escalation of an order is: what concerns lives knows no quiet hours. */
export const orderSeverity = (urgency: OrderClass): Severity =>
  urgency === 'life' ? 'life' : urgency === 'urgent' ? 'high' : 'medium'
