import i18next from 'i18next'
import { useState, useSyncExternalStore } from 'react'
import type { SiteMerge, SiteProblem, SiteView } from '../../../gateway/http/contract.ts'
import { needsWhy, type SiteChange, siteChanges } from '../../../rules/sitechange.ts'
import { ApiError, call, post } from '../api.ts'
import { useText } from '../text/index.ts'
import { Dialog, Field } from './Dialog.tsx'
import { Note } from './notes.tsx'
import { SiteChanges } from './SiteChanges.tsx'

/** What a person says to a change that is laid before them; null: it is not made. */
export type Said = { readonly why: string | null; readonly mine: boolean } | null
interface Asked {
  readonly changes: readonly SiteChange[]
  /** What somebody else has saved since this one began. */
  readonly merge: SiteMerge | null
  /** What is on the disk is no JSON: what is different cannot be said. */
  readonly unreadable: boolean
  /** The reason as it is offered: the person may change it. */
  readonly because: string
  readonly answer: (said: Said) => void
}
let asked: Asked | null = null
const listeners = new Set<() => void>()
function set(next: Asked | null) {
  asked = next
  for (const tell of listeners) tell()
}
const subscribe = (tell: () => void) => {
  listeners.add(tell)
  return () => void listeners.delete(tell)
}

/** Lays changes before the person: they go on with a reason where one is needed, or not at all. */
export function review(
  changes: readonly SiteChange[],
  merge: SiteMerge | null = null,
  unreadable = false,
  because = '',
): Promise<Said> {
  asked?.answer(null)
  return new Promise(resolve => {
    set({
      ...{ changes, merge, unreadable, because },
      answer: said => {
        set(null)
        resolve(said)
      },
    })
  })
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return undefined
  }
}

/**
 * Saves a site.json the way every page does: what is different is shown first. When somebody else has saved meanwhile, theirs
 * is shown too, and one's own is laid over it.
 * @param from as it was when the person began
 * @returns null: the person left it @throws ApiError
 */
export async function saveSite(
  from: Pick<SiteView, 'text' | 'hash'>,
  text: string,
  way: 'page' | 'text',
  because = '',
): Promise<SiteView | null> {
  // Nobody is asked for the reason of something that cannot be saved.
  const { problems } = await post<{ problems: readonly SiteProblem[] }>('site/check', { text })
  const errors = problems.filter(one => one.level === 'error')
  if (errors.length > 0)
    throw new ApiError(422, 'site-invalid', i18next.t('site.checkedBad', { n: errors.length }), problems)
  const base = jsonOf(from.text)
  const unreadable = base === undefined && from.hash !== null
  const all = base === undefined ? [] : siteChanges(base, jsonOf(text))
  let next: Pick<SiteView, 'text' | 'hash'> = { text, hash: from.hash }
  let merge: SiteMerge | null = null
  let told: Said = null
  for (;;) {
    const clashes = new Set(merge?.clashes.map(keyOf))
    const changes = all.filter(one => !clashes.has(keyOf(one)))
    const said: Said =
      all.length === 0 && !unreadable ? { why: null, mine: false } : await review(changes, merge, unreadable, because)
    if (said === null) return null
    told = said
    try {
      if (merge && told.mine && from.hash !== null)
        next = await post<SiteMerge>('site/merge', { text, base: from.hash, mine: true })
      const why = told.why === null ? {} : { why: told.why }
      const body = { text: next.text, hash: next.hash, way, ...why }
      return await call<SiteView>('site', { method: 'PUT', body })
    } catch (refused) {
      if (!(refused instanceof ApiError) || refused.code !== 'site-changed' || from.hash === null) throw refused
      merge = await post<SiteMerge>('site/merge', { text, base: from.hash, mine: false })
      next = merge
    }
  }
}
/** With what the other made of it as what it was. */
const against = (clash: SiteChange, theirs: readonly SiteChange[]): SiteChange => {
  const other = theirs.find(one => keyOf(one) === keyOf(clash))
  return other ? { ...clash, was: other.is } : clash
}
const keyOf = ({ section, path, order }: Pick<SiteChange, 'section' | 'path' | 'order'>) =>
  [section, ...path, order].join('/')

/** Where changes are laid before the person; once on a page. */
export function SiteReview() {
  const now = useSyncExternalStore(subscribe, () => asked)
  return now ? <Review key={now.changes.length + (now.merge?.hash ?? '')} asked={now} /> : null
}

function Review({ asked: { changes, merge, unreadable, because, answer } }: { readonly asked: Asked }) {
  const { t } = useText()
  const [why, setWhy] = useState(because)
  const [mine, setMine] = useState(false)
  const all = mine && merge ? [...changes, ...merge.clashes] : changes
  const needed = unreadable || needsWhy(all)
  const blocked =
    all.length === 0 && !unreadable
      ? t('changes.nothingLeft')
      : needed && why.trim() === ''
        ? t('changes.whyNeeded')
        : null
  return (
    <Dialog
      title={t('changes.review')}
      look="rvw"
      verb={t('changes.save')}
      blocked={blocked}
      onDo={() => answer({ why: why.trim() || null, mine })}
      onClose={() => answer(null)}
    >
      {merge ? (
        <>
          <Note sort="medium" icon="warn" role="alert" title={t('changes.meanwhile', { who: merge.by.join(', ') })}>
            {t(merge.clashes.length > 0 ? 'changes.clashWhy' : 'changes.mergedWhy')}
          </Note>
          <details open={merge.clashes.length === 0}>
            <summary>{t('changes.theirs', { n: merge.theirs.length })}</summary>
            <SiteChanges changes={merge.theirs} />
          </details>
          {merge.clashes.length > 0 ? (
            <section>
              <h3>{t('changes.clashes')}</h3>
              <SiteChanges changes={merge.clashes.map(one => against(one, merge.theirs))} />
              <label className="row">
                <input type="checkbox" checked={mine} onChange={event => setMine(event.target.checked)} />
                {t('changes.mine')}
              </label>
            </section>
          ) : null}
          <h3>{t('changes.yours')}</h3>
        </>
      ) : null}
      {unreadable ? <Note icon="help">{t('changes.unreadable')}</Note> : <SiteChanges changes={changes} />}
      <Field label={t('changes.why')} hint={t(needed ? 'changes.whyHint' : 'changes.whyFree')}>
        <textarea
          className="inp"
          name="why"
          rows={2}
          maxLength={1000}
          value={why}
          onChange={event => setWhy(event.target.value)}
        />
      </Field>
    </Dialog>
  )
}
