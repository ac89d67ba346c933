import { applyEdits, type JSONPath, modify } from 'jsonc-parser'
import { fits, type Json, namedBy, placeOf, type SiteChange, type Step } from '../../rules/sitechange.ts'

const formattingOptions = { insertSpaces: true, tabSize: 2 }
/** With more changes than these the file is written anew in the usual layout: each edit in place reads the whole text again. */
const MOST_IN_PLACE = 50

/**
 * Lays changes over a site.json that may have changed since they were thought of; everything else stays as it is written.
 * One that no longer fits is left out and told: what it was to replace is not there as it was.
 * @param force lays it all the same, where there is still a place for it; it is told nevertheless
 * @throws SyntaxError when the text is no JSON
 */
export function laid(
  source: string,
  changes: readonly SiteChange[],
  force = false,
): { readonly text: string; readonly clashes: readonly SiteChange[] } {
  let text = source.replace(/^\uFEFF/, '')
  const site: unknown = JSON.parse(text)
  const usual = JSON.stringify(site, null, 2) === text.trimEnd()
  const whole = usual || changes.length > MOST_IN_PLACE
  const clashes: SiteChange[] = []
  for (const change of changes) {
    const at = placeOf(site, change.section, change.path)
    if (!at || !fits(site, change)) {
      clashes.push(change)
      if (!force || !at || change.order) continue
    }
    let value: unknown = change.is === null ? undefined : structuredClone(change.is)
    if (change.order) {
      const list = at.node as readonly Record<string, unknown>[]
      const by = namedBy(list as never)!
      value = (change.is as readonly string[]).map(id => list.find(one => one[by] === id))
    }
    // The first entry of a section that is not there makes the section.
    const steps = at.steps
    const fresh = steps.length === 2 && steps[1] === 0 && (site as Record<string, unknown>)[steps[0]!] === undefined
    const place: readonly Step[] = fresh ? [steps[0]!] : steps
    const written = fresh ? [value] : value
    const isArrayInsertion = !fresh && at.node === undefined && typeof steps.at(-1) === 'number'
    if (!whole)
      text = applyEdits(text, modify(text, place as JSONPath, written, { formattingOptions, isArrayInsertion }))
    put(site, place, written)
  }
  return { text: whole ? JSON.stringify(site, null, 2) + /\s*$/.exec(text)![0] : text, clashes }
}

function put(site: unknown, place: readonly Step[], value: unknown) {
  const parent = place.slice(0, -1).reduce((node, step) => (node as Record<Step, unknown>)[step], site)
  const last = place.at(-1)!
  if (Array.isArray(parent)) {
    if (value === undefined) parent.splice(last as number, 1)
    else parent[last as number] = value as Json
  } else if (value === undefined) delete (parent as Record<Step, unknown>)[last]
  else (parent as Record<Step, unknown>)[last] = value
}
