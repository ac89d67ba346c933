import type { People } from './records/people.ts'
import type { FirmBlock } from './records/registers.ts'
import type { Trail } from './records/trail.ts'

const MARK = 'certificate '

/**
 * Stops the passes of a firm whose certificate has run out, and lets them open again when the next one holds. One that
 * somebody has stopped for another reason stays stopped: a certificate is no pardon.
 */
export const firmBlock =
  (people: Pick<People, 'companies' | 'blockCompany'>, trail: Pick<Trail, 'of'>): FirmBlock =>
  (note, name, no, blocked) => {
    const company = people.companies().find(c => c.name === name)
    if (!company || company.blocked === blocked) return
    const last = trail.of('company', company.id, 0, -1).findLast(e => e.action === 'blocked')
    if (!blocked && !String(last?.data.reason ?? '').startsWith(MARK)) return
    people.blockCompany(note, company.id, blocked, `${MARK}${no}`)
  }
