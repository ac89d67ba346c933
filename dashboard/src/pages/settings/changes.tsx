import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { SiteVersionView, SiteView } from '../../../../gateway/http/contract.ts'
import { ApiError, call, post, queries, useMay, useMe } from '../../api.ts'
import { formatDay, plain } from '../../format.ts'
import { Button, useRecordBlock } from '../../parts/Button.tsx'
import { Dialog, Field } from '../../parts/Dialog.tsx'
import { Empty, Loaded, Note } from '../../parts/notes.tsx'
import { SiteChanges } from '../../parts/SiteChanges.tsx'
import { useText } from '../../text/index.ts'

interface Versions {
  readonly items: readonly SiteVersionView[]
  readonly next: string | null
}

/** Each version of the site: who, when, why, what; and back. */
export function Changes() {
  const { t } = useText()
  const query = useInfiniteQuery({
    queryKey: ['site', 'versions'],
    queryFn: ({ pageParam }) => call<Versions>(`site/versions?limit=50${pageParam ? `&cursor=${pageParam}` : ''}`),
    initialPageParam: '',
    getNextPageParam: last => last.next ?? undefined,
  })
  const [undo, setUndo] = useState<SiteVersionView | null>(null)
  const [done, setDone] = useState<number | null>(null)
  return (
    <Loaded query={query as never} what={t('changes.title')}>
      {() => {
        const items = query.data?.pages.flatMap(page => page.items) ?? []
        return (
          <section className="card">
            <div className="card-h">
              <h2>{t('changes.title')}</h2>
            </div>
            <div className="card-b col g3">
              <span className="dim">{t('changes.titleWhy')}</span>
              {done === null ? null : (
                <Note sort="yes" icon="check" role="status">
                  {t('changes.undone', { n: done })}
                </Note>
              )}
            </div>
            {items.length === 0 ? <Empty title={t('changes.none')} /> : null}
            <ol className="lst chgs">
              {items.map(one => (
                <Version
                  key={one.n}
                  one={one}
                  onUndo={() => {
                    setDone(null)
                    setUndo(one)
                  }}
                />
              ))}
            </ol>
            {query.hasNextPage ? (
              <div className="card-f">
                <Button onClick={() => void query.fetchNextPage()}>{t('changes.older')}</Button>
              </div>
            ) : null}
            {undo ? (
              <Undo
                one={undo}
                onDone={() => {
                  setDone(undo.n)
                  setUndo(null)
                }}
                onClose={() => setUndo(null)}
              />
            ) : null}
          </section>
        )
      }}
    </Loaded>
  )
}

/** All of its changes, however many. */
const useWhole = (one: SiteVersionView, wanted: boolean) =>
  useQuery({
    queryKey: ['site', 'versions', one.n],
    queryFn: () => call<SiteVersionView>(`site/versions/${one.n}`),
    enabled: wanted && one.count > one.changes.length,
  }).data ?? one

function Version({ one, onUndo }: { readonly one: SiteVersionView; readonly onUndo: () => void }) {
  const { t, code } = useText()
  const { timezone } = useMe().site
  const writes = useMay('site.write')
  const away = useRecordBlock()
  const [open, setOpen] = useState(false)
  const whole = useWhole(one, open)
  const blocked =
    away ??
    (one.undoneBy !== null
      ? t('changes.undoneBy', { n: one.undoneBy })
      : one.count === 0
        ? t('changes.nothing')
        : writes
          ? null
          : t('changes.blockedRole', { role: code('role', 'admin') }))
  return (
    <li>
      <div className="grow">
        <div className="row wrap sb">
          <span>
            <b>{t('changes.version', { n: one.n })}</b> ·{' '}
            <span className="nw">{formatDay(Date.parse(one.at), timezone)}</span> ·{' '}
            <bdi>{one.role === 'gateway' ? code('actor', one.by) : plain(one.by)}</bdi> ·{' '}
            <span className="dim">{t(`changes.way.${one.way}`)}</span>
            {one.undoes === null ? null : <span> · {t('changes.undoes', { n: one.undoes })}</span>}
          </span>
          <Button small blocked={blocked} onClick={onUndo} aria-label={t('changes.undoLabel', { n: one.n })}>
            {t('changes.undo')}
          </Button>
        </div>
        {one.why === null ? null : <div>{t('changes.because', { why: plain(one.why) })}</div>}
        {one.count === 0 ? (
          <div className="cap">{t(one.way === 'found' ? 'changes.first' : 'changes.nothing')}</div>
        ) : (
          <details onToggle={event => setOpen(event.currentTarget.open)}>
            <summary>{t('changes.count', { count: one.count })}</summary>
            <SiteChanges changes={whole.changes} count={one.count} />
          </details>
        )}
      </div>
    </li>
  )
}

interface UndoProps {
  readonly one: SiteVersionView
  readonly onDone: () => void
  readonly onClose: () => void
}
function Undo({ one, onDone, onClose }: UndoProps) {
  const { t, of } = useText()
  const whole = useWhole(one, true)
  const [why, setWhy] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const undo = async () => {
    setBusy(true)
    setError(null)
    try {
      const site = await post<SiteView>(`site/versions/${one.n}/undo`, { why: why.trim() })
      queries.setQueryData(['site'], site)
      for (const key of ['site', 'rules', 'equipment', 'channels', 'about', 'me'])
        void queries.invalidateQueries({ queryKey: [key] })
      onDone()
    } catch (refused) {
      setError(refused)
      setBusy(false)
    }
  }
  const back = whole.changes.map(change => ({ ...change, was: change.is, is: change.was }))
  return (
    <Dialog
      title={t('changes.undoTitle', { n: one.n })}
      look="rvw"
      verb={t('changes.undo')}
      blocked={why.trim() === '' ? t('changes.whyNeeded') : null}
      busy={busy}
      error={error}
      onDo={() => void undo()}
      onClose={onClose}
    >
      <SiteChanges changes={back} count={one.count} />
      {error instanceof ApiError && error.problems.length > 0 ? (
        <ul>
          {error.problems.slice(0, 5).map(problem => (
            <li key={problem.path + problem.code}>
              {of(problem.text)} <span className="mono dim brk">{plain(problem.path)}</span>
            </li>
          ))}
        </ul>
      ) : null}
      <Field label={t('changes.why')} hint={t('changes.whyHint')}>
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
