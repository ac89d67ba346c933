import type { ComplaintView } from '../../../gateway/http/contract.ts'
import { queries } from '../api.ts'

/** Shows a case as it is now, here and in the lists. */
export function putCase(c: ComplaintView) {
  queries.setQueryData(['complaint', c.id], c)
  void queries.invalidateQueries({ queryKey: ['complaints'] })
  void queries.invalidateQueries({ queryKey: ['service'] })
}
