import { useCallback, useEffect, useState } from 'react'
import type { MeterWalkView } from '../../../gateway/http/contract.ts'
import { may } from '../../../rules/permission.ts'
import { isMeter } from '../../../rules/readings/walk.ts'
import { ApiError, queries, useMeQuery } from '../api.ts'
import { plain } from '../format.ts'
import { MeterEntry } from '../meters/MeterEntry.tsx'
import { forgetWalk, install, kept, type Signed } from '../meters/post.ts'
import { useMeters } from '../meters/useMeters.ts'
import { CameraButton } from '../parts/GateCamera.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Empty, Failed, Loading, Note, NotYours, Refusal } from '../parts/notes.tsx'
import { LangSwitch, ThemeSwitch } from '../parts/switches.tsx'
import { useText } from '../text/index.ts'
import { SignIn } from './sign-in.tsx'
import '../readings/byhand.css'
import '../round.css'

/** The meter walk on a phone: a page of its own, which goes on without a network with what it has kept [M02]. */
export default function MetersPage() {
  const { t } = useText()
  const me = useMeQuery()
  const [signed, setSigned] = useState<Signed | null>(kept.signed.get)
  useEffect(() => {
    document.title = `${t('meterWalk.title')} · ${t('brand')}`
    if (document.querySelector('link[rel=manifest]')) return
    document.head.append(
      Object.assign(document.createElement('link'), { rel: 'manifest', href: '/meters.webmanifest' }),
    )
  }, [t])
  useEffect(() => {
    if (me.data) {
      const now = { name: me.data.name, timezone: me.data.site.timezone }
      kept.signed.set(now)
      setSigned(now)
    } else if (me.data === null) {
      setSigned(null)
      forgetWalk()
    }
  }, [me.data])
  const signedOut = useCallback(() => queries.setQueryData(['me'], null), [])

  if (me.data === null) return <SignIn />
  if (me.data && !may(me.data.role, 'reading.take'))
    return (
      <main className="rd-alone">
        <NotYours permission="reading.take" />
      </main>
    )
  const gone = me.error instanceof ApiError && me.error.status === 0
  if (me.data === undefined && !(gone && signed))
    return me.error ? (
      <Failed what={t('meterWalk.title')} error={me.error} again={() => void me.refetch()} />
    ) : (
      <Loading what={t('meterWalk.title')} />
    )
  return <Walk name={signed?.name ?? me.data!.name} signedOut={signedOut} />
}

type Item = MeterWalkView['items'][number]
const keyOf = (i: Pick<Item, 'point' | 'register'>) => `${i.point}/${i.register}`
const icons = { due: 'circle', done: 'check', doubtful: 'warn', unread: 'x', later: 'clock' } as const

function Walk({ name, signedOut }: { readonly name: string; readonly signedOut: () => void }) {
  const { t, of } = useText()
  const now = useMeters(signedOut)
  const [ready, setReady] = useState<boolean | null>(null)
  const [chosen, setChosen] = useState<{ readonly key: string; readonly matched: boolean } | null>(null)
  const [words, setWords] = useState('')
  const [unknown, setUnknown] = useState(false)
  const [all, setAll] = useState(false)
  useEffect(() => {
    void install()
      .catch(async () => 'caches' in window && (await caches.match('/meters')) !== undefined)
      .then(setReady)
  }, [])
  const waiting = new Set(now.queue.map(keyOf))
  const items = now.walk?.items ?? []
  const open = (i: Item) => i.state === 'due' && !waiting.has(keyOf(i))
  const asked = items.filter(i => i.state !== 'later')
  const left = items.filter(open).length
  const queued = new Set(now.queue.flatMap(q => (q.index === null ? [] : [keyOf(q)])))
  const isRead = (i: Item) => i.state === 'done' || i.state === 'doubtful' || queued.has(keyOf(i))
  const shown = all ? items : items.filter(i => open(i) || waiting.has(keyOf(i)) || keyOf(i) === chosen?.key)

  const found = (text: string) => {
    if (text.trim() === '') return
    setWords('')
    const fit = items.filter(i => isMeter(text, i.meter, i.code))
    const one = fit.find(open) ?? fit[0]
    setUnknown(one === undefined)
    setChosen(one ? { key: keyOf(one), matched: true } : null)
  }
  return (
    <div className="rd" data-kept={ready}>
      <header className="rd-t">
        <a href="/" title={t('brand')}>
          <Icon name="brand" />
        </a>
        <b>{t('meterWalk.title')}</b>
        <span className="dim">
          <bdi>{plain(name)}</bdi>
        </span>
        <span className={now.down ? 'net q-t' : 'net'} role="status">
          <Icon name={now.down ? 'off' : 'link'} />
          {now.down ? t('round.offline') : t('gate.online')}
          {now.queue.length > 0 ? ` · ${t('meterWalk.toSend', { n: now.queue.length })}` : ''}
        </span>
        <span className="ml row">
          <LangSwitch />
          <ThemeSwitch />
        </span>
      </header>
      <main className="rd-m">
        {ready === false ? (
          <Note sort="medium" icon="warn">
            {t(window.isSecureContext ? 'gate.notKept' : 'round.notInstalled')}
          </Note>
        ) : null}
        {now.error ? <Refusal error={now.error} /> : null}
        {unknown ? (
          <Note sort="medium" icon="warn" role="alert">
            {t('meterWalk.unknown')}
          </Note>
        ) : null}
        {now.last ? (
          <Note
            sort={now.last.result === 'taken' ? 'yes' : 'medium'}
            icon={now.last.result === 'taken' ? 'check' : 'warn'}
            role="status"
          >
            {t(`meterWalk.result.${now.last.result}`, { meter: plain(now.last.meter) })}
          </Note>
        ) : null}
        {now.walk === null ? (
          <Loading what={t('meterWalk.title')} />
        ) : items.length === 0 ? (
          <Empty icon="check" title={t('meterWalk.none')} why={t('meterWalk.noneWhy')} />
        ) : (
          <section className="card" aria-label={t('meterWalk.title')}>
            <div className="card-h">
              <h1 className="rd-h">
                {t('meterWalk.progress', { done: asked.filter(isRead).length, total: asked.length })}
                {t('common.listSep')}
                {t('meterWalk.due', { n: left })}
              </h1>
              <label className="row ml">
                <input type="checkbox" checked={all} onChange={event => setAll(event.target.checked)} />
                {t('meterWalk.all')}
              </label>
            </div>
            {shown.length === 0 ? (
              <p className="card-b dim">
                {t(left === 0 && asked.length > 0 ? 'meterWalk.allRead' : 'meterWalk.noneDue')}
              </p>
            ) : null}
            <ol className="rd-l">
              {shown.map(i => {
                const key = keyOf(i)
                const pending = waiting.has(key)
                return (
                  <li key={key} data-point={i.point} data-state={pending ? 'pending' : i.state}>
                    <button
                      type="button"
                      aria-expanded={chosen?.key === key}
                      onClick={() => {
                        setUnknown(false)
                        setChosen(chosen?.key === key ? null : { key, matched: false })
                      }}
                    >
                      <Icon name={pending ? 'clock' : icons[i.state]} />
                      <span>
                        <b>
                          {[plain(i.place), i.unitName ? of(i.unitName) : plain(i.unit)].filter(Boolean).join(' · ')}
                        </b>
                        <small>
                          {t(`readings.medium.${i.medium}`)} {plain(i.meter)}
                          {i.register === 'total' ? '' : ` ${t(`readings.register.${i.register}`)}`} ·{' '}
                          {pending ? t('round.state.pending') : t(`meterWalk.state.${i.state}`)}
                          {i.manual ? '' : ` · ${t('meterWalk.missing')}`}
                        </small>
                      </span>
                    </button>
                    {chosen?.key === key ? (
                      <MeterEntry
                        key={`${key} ${chosen.matched}`}
                        item={i}
                        matched={chosen.matched}
                        onAdd={one => {
                          now.add(one)
                          setChosen(null)
                        }}
                      />
                    ) : null}
                  </li>
                )
              })}
            </ol>
          </section>
        )}
      </main>
      <form
        className="rd-f"
        onSubmit={event => {
          event.preventDefault()
          found(words)
        }}
      >
        <input
          className="inp"
          aria-label={t('meterWalk.search')}
          placeholder={t('meterWalk.search')}
          value={words}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          enterKeyHint="go"
          onChange={event => setWords(event.target.value)}
        />
        <button type="submit" className="btn lg pri">
          {t('meterWalk.go')}
        </button>
        <CameraButton onCode={found} />
      </form>
    </div>
  )
}
