import { useRef, useState } from 'react'
import type { SiteProblem, SiteView } from '../../../../gateway/http/contract.ts'
import { ApiError, post, queries, useMay, useMe, useSite } from '../../api.ts'
import { formatDay, formatNumber, formatTime, plain } from '../../format.ts'
import { useUnsaved } from '../../leave.ts'
import { serverNow } from '../../live.ts'
import { Button, useLinkBlock } from '../../parts/Button.tsx'
import { CodeArea, LINE } from '../../parts/CodeArea.tsx'
import { Loaded, Note, Refusal } from '../../parts/notes.tsx'
import { saveSite } from '../../parts/SiteReview.tsx'
import { useText } from '../../text/index.ts'

export function Site() {
  const { t } = useText()
  const query = useSite()
  return (
    <Loaded query={query} what={t('site.title')}>
      {site => <Editor site={site} />}
    </Loaded>
  )
}

type Outcome = 'saved' | 'passed' | 'failed' | 'conflict'
interface Draft {
  readonly text: string
  /** What it began from. */
  readonly base: string
  /** Of the file the draft began from; the gateway refuses it when the disk has another by now. */
  readonly hash: string | null
}

function Editor({ site }: { readonly site: SiteView }) {
  const { t } = useText()
  const writes = useMay('site.write')
  const [draft, setDraft] = useState<Draft | null>(null)
  const [found, setFound] = useState<readonly SiteProblem[] | null>(null)
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const [busy, setBusy] = useState<'check' | 'save' | null>(null)
  const [error, setError] = useState<unknown>(null)
  const editor = useRef<HTMLTextAreaElement>(null)
  const changed = draft !== null && draft.text !== draft.base
  /** Somebody has changed the file since the person began; their text is theirs. */
  const stale = draft !== null && draft.hash !== site.hash && busy !== 'save'
  const [seen, setSeen] = useState(site)
  if (seen.hash !== site.hash || seen.status !== site.status || seen.problems !== site.problems) {
    // The file or what is wrong with it has changed: what was found in the former text holds no more.
    setSeen(site)
    if (draft === null) {
      setFound(null)
      if (outcome !== 'saved' || site.status !== 'ok') setOutcome(null)
    }
  }
  useUnsaved(changed)

  const begin = (kind: 'check' | 'save') => {
    setBusy(kind)
    setError(null)
    setOutcome(null)
  }
  const text = draft?.text ?? site.text
  const check = async () => {
    begin('check')
    try {
      const { problems } = await post<{ problems: readonly SiteProblem[] }>('site/check', { text })
      setFound(problems)
      setOutcome(problems.some(one => one.level === 'error') ? 'failed' : 'passed')
    } catch (refused) {
      setError(refused)
    }
    setBusy(null)
  }
  const save = async () => {
    begin('save')
    try {
      const from = draft ? { text: draft.base, hash: draft.hash } : site
      const saved = await saveSite(from, text, 'text')
      if (saved === null) return setBusy(null)
      queries.setQueryData(['site'], saved)
      for (const key of ['about', 'equipment', 'channels', 'me', 'site'])
        void queries.invalidateQueries({ queryKey: [key] })
      setDraft(null)
      setFound(null)
      setOutcome('saved')
    } catch (refused) {
      if (refused instanceof ApiError && refused.status === 409) {
        setOutcome('conflict')
        void queries.invalidateQueries({ queryKey: ['site'] })
      } else if (refused instanceof ApiError && refused.problems.length > 0) {
        setFound(refused.problems)
        setOutcome('failed')
      } else setError(refused)
    }
    setBusy(null)
  }
  const reload = async () => {
    setDraft(null)
    setFound(null)
    setOutcome(null)
    await queries.refetchQueries({ queryKey: ['site'] })
  }
  const goTo = (line: number) => {
    const area = editor.current
    if (!area) return
    const lines = text.split('\n')
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0)
    area.focus()
    area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0))
    area.scrollTop = (line - 4) * LINE
  }
  const problems = found ?? site.problems

  return (
    <div className="ste">
      <div className="stk">
        <Status site={site} />
        <section className="card">
          <div className="card-h">
            <h2>{t('site.problems')}</h2>
            <span className="dim">{problems.length}</span>
          </div>
          {problems.length === 0 ? (
            <div className="card-b dim">{t('site.noProblems')}</div>
          ) : (
            <Problems problems={problems} goTo={writes ? goTo : null} />
          )}
        </section>
      </div>
      <section className="card">
        <div className="card-h">
          <h2>{t('site.text')}</h2>
          <span className="ml dim">{writes ? (changed ? t('site.changed') : '') : t('site.readOnly')}</span>
        </div>
        <CodeArea
          area={editor}
          label={t('site.text')}
          text={text}
          marked={problems.flatMap(one => one.line ?? [])}
          readOnly={!writes}
          onChange={next => {
            const from = draft ?? { base: site.text, hash: site.hash }
            setDraft(next === site.text ? null : { ...from, text: next })
            setOutcome(null)
          }}
        />
        <div className="card-f col acts">
          <Refusal error={error} />
          {stale && outcome !== 'conflict' ? <DiskChanged onReload={() => void reload()} /> : null}
          <SaveNote outcome={outcome} count={problems.length} onReload={() => void reload()} />
          {writes ? (
            <Actions
              busy={busy}
              onCheck={() => void check()}
              onSave={() => void save()}
              onUndo={changed && !stale ? () => void reload() : null}
            />
          ) : null}
        </div>
      </section>
    </div>
  )
}

interface ActionProps {
  readonly busy: 'check' | 'save' | null
  readonly onCheck: () => void
  readonly onSave: () => void
  readonly onUndo: (() => void) | null
}
function Actions({ busy, onCheck, onSave, onUndo }: ActionProps) {
  const { t } = useText()
  const away = useLinkBlock()
  return (
    <div className="row wrap">
      <Button primary blocked={away} onClick={() => busy === null && onSave()}>
        {t(busy === 'save' ? 'site.saving' : 'site.save')}
      </Button>
      <Button blocked={away} onClick={() => busy === null && onCheck()}>
        {t(busy === 'check' ? 'site.checking' : 'site.check')}
      </Button>
      {onUndo ? <Button onClick={onUndo}>{t('site.undo')}</Button> : null}
      {away ? <span className="cap">{away}</span> : null}
    </div>
  )
}

function SaveNote({ outcome, count, onReload }: { outcome: Outcome | null; count: number; onReload: () => void }) {
  const { t, lang } = useText()
  const { site } = useMe()
  if (outcome === 'saved')
    return (
      <Note sort="yes" icon="check" role="status">
        {t('site.saved', { time: formatTime(serverNow(), lang, site.timezone) })}
      </Note>
    )
  if (outcome === 'passed')
    return (
      <Note sort="yes" icon="check" role="status">
        {t('site.checkedOk')}
      </Note>
    )
  if (outcome === 'failed')
    return (
      <Note sort="no" icon="x" role="alert">
        {t('site.checkedBad', { n: count })}
      </Note>
    )
  if (outcome === 'conflict')
    return (
      <Note sort="no" icon="x" role="alert" title={t('site.conflict')}>
        <p>{t('site.conflictWhy')}</p>
        <button type="button" className="btn mt2" onClick={onReload}>
          {t('site.reload')}
        </button>
      </Note>
    )
  return null
}

function DiskChanged({ onReload }: { readonly onReload: () => void }) {
  const { t } = useText()
  return (
    <Note sort="medium" icon="warn" role="alert" title={t('site.diskChanged')}>
      <p>{t('site.diskChangedWhy')}</p>
      <button type="button" className="btn mt2" onClick={onReload}>
        {t('site.reload')}
      </button>
    </Note>
  )
}

function Status({ site }: { readonly site: SiteView }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const { running } = site
  const good = site.status === 'ok'
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('site.title')}</h2>
        <span className="ml chip sq">{t(good ? 'site.ok' : 'site.degraded')}</span>
      </div>
      <div className="card-b col g3">
        <Note sort={good ? 'plain' : 'medium'} icon={good ? 'check' : 'warn'}>
          {t(good ? 'site.okWhy' : running ? 'site.degradedWhy' : 'site.nothingRuns')}
        </Note>
        {running ? (
          <dl className="nums">
            {(['equipment', 'points', 'rules', 'channels'] as const).map(word => (
              <div key={word}>
                <dd>{formatNumber(running[word], lang)}</dd>
                <dt className="cap">{t(`site.${word}`)}</dt>
              </div>
            ))}
          </dl>
        ) : null}
        <dl className="kv">
          {running ? (
            <div className="kv-r">
              <dt>{t('site.running')}</dt>
              <dd>{t('site.since', { time: formatDay(Date.parse(running.since), zone) })}</dd>
            </div>
          ) : null}
          <div className="kv-r">
            <dt>{t('site.file')}</dt>
            <dd className="mono brk">{plain(site.file)}</dd>
          </div>
        </dl>
      </div>
    </section>
  )
}

interface ProblemsProps {
  readonly problems: readonly SiteProblem[]
  readonly goTo: ((line: number) => void) | null
}
function Problems({ problems, goTo }: ProblemsProps) {
  const { t, of } = useText()
  return (
    <ol className="lst probs">
      {problems.map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a list that is replaced whole
        <li key={at}>
          <div className="grow">
            <div>{of(one.text)}</div>
            <div className="cap">
              {t(`site.level.${one.level}`)}
              {one.path === '' ? null : (
                <>
                  {' · '}
                  <span className="mono brk">{plain(one.path)}</span>
                </>
              )}
            </div>
          </div>
          {one.line === null ? null : goTo ? (
            <button
              type="button"
              className="btn sm"
              aria-label={t('site.goLine', { n: one.line })}
              onClick={() => goTo(one.line ?? 1)}
            >
              {t('site.line', { n: one.line })}
            </button>
          ) : (
            <span className="dim nw">{t('site.line', { n: one.line })}</span>
          )}
        </li>
      ))}
    </ol>
  )
}
