import type { SearchHit } from '../../../gateway/http/contract.ts'

const q = encodeURIComponent

/** Where what was found is looked at. */
export function pathOf({ kind, id, no, of, name }: SearchHit): string {
  switch (kind) {
    case 'equipment':
      return `/equipment/${q(id)}`
    case 'point':
      return `/equipment/${q(of ?? '')}`
    case 'alarm':
      return `/alarms?at=${q(id)}`
    case 'order':
      return `/orders/${q(id)}`
    case 'place':
      return `/plan?at=${q(id)}`
    case 'person':
      return `/passes?q=${q(no ?? name.en)}`
    case 'pass':
      return `/passes?q=${q(of ?? name.en)}`
    case 'visit':
      return '/visits'
    case 'permit':
      return `/permits/${q(id)}`
    case 'meter':
      return `/readings/${q(id)}`
    case 'complaint':
      return `/orders/desk/${q(id)}`
    case 'register':
      return `/registers/${q(id)}`
    case 'entry':
      return `/registers/${q(of ?? '')}/${q(no ?? '')}`
    case 'runbook':
      return `/runbooks?start=${q(id)}`
  }
}
