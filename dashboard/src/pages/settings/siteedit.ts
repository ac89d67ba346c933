import { useState } from 'react'
import type { SiteProblem, SiteView } from '../../../../gateway/http/contract.ts'
import type { Edit } from '../../add/edit.ts'
import { ApiError, queries, useMay } from '../../api.ts'
import { useLinkBlock } from '../../parts/Button.tsx'
import { saveSite } from '../../parts/SiteReview.tsx'
import { useText } from '../../text/index.ts'

export type { Edit }

/** site.json as it is on the disk, whatever of it is right; null when it is no JSON object. */
export function siteOf(site: SiteView): Record<string, unknown> | null {
  try {
    const read: unknown = JSON.parse(site.text.replace(/^\uFEFF/, ''))
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** With more edits than these the file is written anew in the usual layout: each edit in place reads the whole text again. */
const MOST_IN_PLACE = 20

async function editedIn(source: string, edits: readonly Edit[]): Promise<string> {
  const { modify, applyEdits } = await import('jsonc-parser')
  const formattingOptions = { insertSpaces: true, tabSize: 2 }
  let text = source.replace(/^\uFEFF/, '')
  for (const [path, value] of edits)
    text = applyEdits(text, modify(text, path, value, { formattingOptions, isArrayInsertion: path.at(-1) === -1 }))
  return text
}

/** @param edits of words that are there, none at the end of a list */
function rewritten(source: string, edits: readonly Edit[]): string {
  const site: unknown = JSON.parse(source.replace(/^\uFEFF/, ''))
  for (const [path, value] of edits) {
    const parent = path.slice(0, -1).reduce((node, step) => (node as Record<string | number, unknown>)[step], site)
    const last = path.at(-1) ?? ''
    if (value === undefined) delete (parent as Record<string | number, unknown>)[last]
    else (parent as Record<string | number, unknown>)[last] = value
  }
  return `${JSON.stringify(site, null, 2)}\n`
}

/** Where it is remembered that it was saved: a form begins anew when what it is about has changed. */
export interface Mark {
  readonly saved: boolean
  readonly onSaved: () => void
}

/**
 * Changes parts of site.json by the same road as the editor of its text: checked as a whole, noted on the trail with a
 * backup, laid over what somebody else has saved since. What is different is shown first; the rest of the text stays as written.
 */
export function useSiteEdit(site: SiteView, mark?: Mark) {
  const { t } = useText()
  const writes = useMay('site.write')
  const away = useLinkBlock()
  const [busy, setBusy] = useState(false)
  const [own, setSaved] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [problems, setProblems] = useState<readonly SiteProblem[]>([])
  /** @param because what the person is offered to say as the reason */
  const save = async (edits: readonly Edit[], because = ''): Promise<boolean> => {
    if (busy) return false
    setBusy(true)
    setSaved(false)
    setError(null)
    setProblems([])
    try {
      const text = edits.length > MOST_IN_PLACE ? rewritten(site.text, edits) : await editedIn(site.text, edits)
      const now = await saveSite(site, text, 'page', because)
      if (now === null) return false
      queries.setQueryData(['site'], now)
      for (const key of ['workorders', 'maintenance', 'me', 'site']) void queries.invalidateQueries({ queryKey: [key] })
      setSaved(true)
      mark?.onSaved()
      return true
    } catch (refused) {
      if (refused instanceof ApiError && refused.status === 409) void queries.invalidateQueries({ queryKey: ['site'] })
      if (refused instanceof ApiError && refused.problems.length > 0)
        setProblems(refused.problems.filter(one => one.level === 'error'))
      setError(refused)
      return false
    } finally {
      setBusy(false)
    }
  }
  return {
    save,
    busy,
    saved: mark ? mark.saved : own,
    error,
    problems,
    blocked: away ?? (writes ? null : t('site.readOnly')),
  }
}
export type SiteEdit = ReturnType<typeof useSiteEdit>
