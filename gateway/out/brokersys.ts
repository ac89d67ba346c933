interface Counted {
  readonly clients: number
  readonly received: number
  readonly delivered: number
  readonly refused: number
  readonly 'not-reading': number
  readonly 'packet-too-large': number
  readonly sessions: number
  readonly expired: number
  readonly messages: number
  readonly bytes: number
  readonly full: number
  readonly retained: number
}

/** What the broker says of itself below `$SYS/broker/`, retained: the names that monitoring of other brokers knows. */
export const sysFacts = (s: Counted, uptimeS: number): Readonly<Record<string, number>> => ({
  uptime: Math.round(uptimeS),
  'clients/connected': s.clients,
  'messages/received': s.received,
  'messages/sent': s.delivered,
  'clients/refused': s.refused,
  'clients/cut/not-reading': s['not-reading'],
  'clients/cut/packet-too-large': s['packet-too-large'],
  'clients/total': s.sessions,
  'clients/expired': s.expired,
  'store/messages/count': s.messages,
  'store/messages/bytes': s.bytes,
  'publish/messages/dropped': s.full,
  'retained messages/count': s.retained,
})
