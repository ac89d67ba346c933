import { useState } from 'react'
import { Link, useLocation, useSearch } from 'wouter'
import type { RunbookView, RunView } from '../../../gateway/http/contract.ts'
import { newKey, post, putRun, useMay, useMe, useRunbooks, useRuns } from '../api.ts'
import { formatDuration, formatWhen } from '../format.ts'
import { serverNow, useTicking } from '../live.ts'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Dialog } from '../parts/Dialog.tsx'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import './runbooks.css'

/** Runbooks under way, and the start of one by hand. */
export default function Runbooks() {
  const { t } = useText()
  const [past, setPast] = useState(false)
  const [path, go] = useLocation()
  // Found by the search: the question which one stands open with its answer.
  const asked = new URLSearchParams(useSearch()).get('start')
  const [pressed, setPressed] = useState(false)
  const starting = pressed || asked !== null
  const close = () => {
    setPressed(false)
    if (asked !== null) go(path, { replace: true })
  }
  const open = useRuns()
  const all = useRuns(past)
  const away = useRecordBlock()
  const allowed = useMay('runbook.run')
  return (
    <Page title={t('runbooks.title')} sub={open.data ? t('runbooks.sub', { n: open.data.length }) : undefined}>
      <div className="row wrap bar-h">
        <div className="tabs">
          <button type="button" aria-pressed={!past} onClick={() => setPast(false)}>
            {t('runbooks.open')}
            {open.data ? <em>{open.data.length}</em> : null}
          </button>
          <button type="button" aria-pressed={past} onClick={() => setPast(true)}>
            {t('runbooks.past')}
          </button>
        </div>
        <Link href="/runbooks/plan" className="link">
          {t('emergency.title')}
        </Link>
        <span className="ml" />
        <Button
          icon="plus"
          blocked={away ?? (allowed ? null : t('runbooks.blockedRole'))}
          onClick={() => setPressed(true)}
        >
          {t('runbooks.start')}
        </Button>
      </div>
      <section className="card">
        <Loaded query={past ? all : open} what={t('runbooks.title')}>
          {runs =>
            runs.length > 0 ? (
              <ul className="runs">
                {runs.map(run => (
                  <Line key={run.id} run={run} />
                ))}
              </ul>
            ) : (
              <Empty icon="runbooks" title={t('runbooks.empty')} why={t('runbooks.emptyWhy')} />
            )
          }
        </Loaded>
      </section>
      {starting && allowed ? <Start key={asked} first={asked} onClose={close} /> : null}
    </Page>
  )
}

function Line({ run }: { readonly run: RunView }) {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  const started = Date.parse(run.startedAt)
  const ended = run.endedAt === null ? null : Date.parse(run.endedAt)
  const age = useTicking(now => formatDuration((ended ?? now) - started))
  const done = run.steps.filter(step => step.state === 'done' || step.state === 'left-out').length
  return (
    <li>
      <Link href={`/runbooks/${encodeURIComponent(run.id)}`} className="run-l">
        <span className="grow">
          <b>{of(run.name)}</b>
          <span className="cap">
            {[run.space, run.equipmentName].map(text => (text ? `${of(text)} · ` : ''))}
            <span className="mono">{run.no}</span>
          </span>
        </span>
        <span className="nw r">
          {run.phase === 'open'
            ? t('runbooks.progress', { n: done, of: run.steps.length })
            : t(`runPhase.${run.phase}`)}
          <span className="cap">
            {formatWhen(started, serverNow(), lang, zone)} · {age}
          </span>
        </span>
      </Link>
    </li>
  )
}

interface StartProps {
  /** The one that is chosen from the start. */
  readonly first: string | null
  readonly onClose: () => void
}
function Start({ first, onClose }: StartProps) {
  const { t, of } = useText()
  const books = useRunbooks()
  const [, go] = useLocation()
  const [picked, setChosen] = useState<RunbookView | null>(null)
  const chosen = picked ?? books.data?.find(book => book.id === first) ?? null
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [key] = useState(newKey)
  const blocked = chosen === null ? t('runbooks.choose') : chosen.unwritten ? of(chosen.unwritten) : null
  const start = async () => {
    if (!chosen) return
    setBusy(true)
    setError(null)
    try {
      const run = await post<RunView>('runs', { runbook: chosen.id }, key)
      putRun(run)
      onClose()
      go(`/runbooks/${encodeURIComponent(run.id)}`)
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  return (
    <Dialog
      title={t('runbooks.start')}
      verb={chosen ? t('runbooks.startOne', { name: of(chosen.name) }) : t('runbooks.start')}
      blocked={blocked}
      busy={busy}
      error={error}
      onDo={() => void start()}
      onClose={onClose}
    >
      <Loaded query={books} what={t('runbooks.title')}>
        {items => (
          <div className="col g1" role="radiogroup" aria-label={t('runbooks.choose')}>
            {items.map(book => (
              <label key={book.id} className="run-c">
                <input type="radio" name="book" checked={chosen?.id === book.id} onChange={() => setChosen(book)} />
                <span>
                  {of(book.name)}
                  {book.unwritten ? <span className="dim"> · {t('runbooks.unwritten')}</span> : null}
                </span>
              </label>
            ))}
          </div>
        )}
      </Loaded>
    </Dialog>
  )
}
