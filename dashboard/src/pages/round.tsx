import { useCallback, useEffect, useState } from 'react'
import type { PatrolWalk } from '../../../gateway/http/contract.ts'
import { markOf } from '../../../rules/patrol/mark.ts'
import { may } from '../../../rules/permission.ts'
import { ApiError, queries, useMeQuery } from '../api.ts'
import { formatTime, plain } from '../format.ts'
import { CameraButton } from '../parts/GateCamera.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Empty, Failed, Loading, Note, NotYours, Refusal } from '../parts/notes.tsx'
import { NfcButton } from '../parts/round/NfcButton.tsx'
import { RoundPoint } from '../parts/round/RoundPoint.tsx'
import { LangSwitch, ThemeSwitch } from '../parts/switches.tsx'
import { forgetWalk, install, kept, type Queued, type Signed } from '../round/post.ts'
import { useRound } from '../round/useRound.ts'
import { useText } from '../text/index.ts'
import { SignIn } from './sign-in.tsx'
import '../round.css'

/** The round of a guard on his phone: a page of its own, which goes on without a network with what it has kept. */
export default function RoundPage() {
  const { t } = useText()
  const me = useMeQuery()
  const [signed, setSigned] = useState<Signed | null>(kept.signed.get)
  useEffect(() => {
    document.title = `${t('round.title')} · ${t('brand')}`
    if (document.querySelector('link[rel=manifest]')) return
    document.head.append(Object.assign(document.createElement('link'), { rel: 'manifest', href: '/round.webmanifest' }))
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
  if (me.data && !may(me.data.role, 'patrol.walk'))
    return (
      <main className="rd-alone">
        <NotYours permission="patrol.walk" />
      </main>
    )
  const gone = me.error instanceof ApiError && me.error.status === 0
  if (me.data === undefined && !(gone && signed))
    return me.error ? (
      <Failed what={t('round.title')} error={me.error} again={() => void me.refetch()} />
    ) : (
      <Loading what={t('round.title')} />
    )
  return <Walk signed={signed ?? { name: me.data!.name, timezone: me.data!.site.timezone }} signedOut={signedOut} />
}

type Route = PatrolWalk['routes'][number]
type Point = Route['points'][number]
export interface Chosen {
  readonly route: string
  readonly point: Point
  /** What was read of its tag; null: nothing yet. */
  readonly tag: string | null
  readonly method: Queued['method']
}

function Walk({ signed, signedOut }: { readonly signed: Signed; readonly signedOut: () => void }) {
  const { t, of, lang } = useText()
  const now = useRound(signedOut)
  const [ready, setReady] = useState<boolean | null>(null)
  const [route, setRoute] = useState(kept.route.get)
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const [words, setWords] = useState('')
  const [unknown, setUnknown] = useState(false)
  useEffect(() => {
    void install()
      .catch(async () => 'caches' in window && (await caches.match('/round')) !== undefined)
      .then(setReady)
  }, [])
  const routes = now.walk?.routes ?? []
  const offset = kept.offset.get()
  const at = Date.now() + offset
  const roundOf = (id: string) =>
    now.walk?.rounds
      .filter(r => r.route === id && Date.parse(r.over) > at)
      .toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from))[0]
  const due = routes
    .filter(r => roundOf(r.id))
    .toSorted((a, b) => Date.parse(roundOf(a.id)!.from) - Date.parse(roundOf(b.id)!.from))
  const shown = routes.find(r => r.id === route) ?? due[0] ?? routes[0]
  const round = shown && roundOf(shown.id)
  const choose = (id: string) => {
    kept.route.set(id)
    setRoute(id)
    setChosen(null)
  }
  const waiting = new Set(
    now.queue.filter(q => !round || Date.parse(q.at) + offset >= Date.parse(round.from) - 900_000).map(q => q.point),
  )
  const done = new Set(round?.done)

  const scanned = (text: string, method: Queued['method']) => {
    const tag = text.trim()
    if (tag === '') return
    setWords('')
    const mark = markOf(tag)
    const ordered = shown ? [shown, ...routes.filter(r => r !== shown)] : routes
    for (const r of ordered) {
      const point = r.points.find(p => p.mark === mark)
      if (!point) continue
      if (r !== shown) choose(r.id)
      setUnknown(false)
      return setChosen({ route: r.id, point, tag, method })
    }
    setChosen(null)
    setUnknown(true)
  }
  const time = (iso: string) => formatTime(Date.parse(iso), lang, signed.timezone).slice(0, 5)
  return (
    <div className="rd" data-kept={ready}>
      <header className="rd-t">
        <a href="/" title={t('brand')}>
          <Icon name="brand" />
        </a>
        <b>{t('round.title')}</b>
        <span className="dim">
          <bdi>{plain(signed.name)}</bdi>
        </span>
        <span className={now.down ? 'net q-t' : 'net'} role="status">
          <Icon name={now.down ? 'off' : 'link'} />
          {now.down ? t('round.offline') : t('gate.online')}
          {now.queue.length > 0 ? ` · ${t('gate.toSend', { n: now.queue.length })}` : ''}
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
            {t('round.unknownTag')}
          </Note>
        ) : null}
        {now.last ? (
          <Note sort={now.last.failed.length > 0 ? 'medium' : 'yes'} icon="check" role="status">
            {t('round.taken', {
              point: now.last.name ? of(now.last.name) : '—',
              verdict:
                now.last.verdicts.map(v => t(`patrolVerdict.${v}`)).join(t('common.listSep')) || t('round.beside'),
            })}
            {now.last.failed.length > 0
              ? ` ${t('round.orders', { no: now.last.failed.map(f => f.order).join(' ') })}`
              : ''}
          </Note>
        ) : null}
        {routes.length > 1 ? (
          <select
            className="inp"
            aria-label={t('round.which')}
            value={shown?.id}
            onChange={event => choose(event.target.value)}
          >
            {routes.map(r => (
              <option key={r.id} value={r.id}>
                {of(r.name)}
              </option>
            ))}
          </select>
        ) : null}
        {!shown ? (
          now.walk ? (
            <Empty icon="check" title={t('round.none')} why={t('round.noneWhy')} />
          ) : (
            <Loading what={t('round.title')} />
          )
        ) : (
          <section className="card" aria-label={of(shown.name)}>
            <div className="card-h">
              <h1 className="rd-h">{of(shown.name)}</h1>
              <b className="ml">
                {shown.points.filter(p => done.has(p.id) || waiting.has(`${shown.id}/${p.id}`)).length}/
                {shown.points.length}
              </b>
            </div>
            <p className="rd-d">
              {round ? t('round.due', { from: time(round.from), to: time(round.to) }) : t('round.notDue')}
            </p>
            <ol className="rd-l">
              {shown.points.map(p => {
                const pending = waiting.has(`${shown.id}/${p.id}`)
                const state = pending ? 'pending' : done.has(p.id) ? 'done' : 'due'
                return (
                  <li key={p.id} data-point={p.id} data-state={state}>
                    <button
                      type="button"
                      aria-expanded={chosen?.point.id === p.id}
                      onClick={() => {
                        setUnknown(false)
                        setChosen(
                          chosen?.point.id === p.id ? null : { route: shown.id, point: p, tag: null, method: 'typed' },
                        )
                      }}
                    >
                      <Icon name={state === 'due' ? 'circle' : state === 'done' ? 'check' : 'clock'} />
                      <span>
                        <b>{of(p.name)}</b>
                        <small>{[t(`round.kind.${p.kind}`), t(`round.state.${state}`)].join(' · ')}</small>
                      </span>
                    </button>
                    {chosen?.point.id === p.id ? (
                      <RoundPoint
                        key={`${p.id} ${chosen.tag}`}
                        chosen={chosen}
                        permit={now.down ? null : p.permit}
                        asOf={now.walk ? time(now.walk.now) : ''}
                        challenge={round?.photos?.[p.id] ?? null}
                        person={signed.name}
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
          scanned(words, 'typed')
        }}
      >
        <input
          className="inp"
          aria-label={t('round.scan')}
          placeholder={t('round.scan')}
          value={words}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          enterKeyHint="go"
          onChange={event => setWords(event.target.value)}
        />
        <button type="submit" className="btn lg pri">
          {t('round.enter')}
        </button>
        <CameraButton onCode={code => scanned(code, 'qr')} />
        <NfcButton onTag={tag => scanned(tag, 'nfc')} />
      </form>
    </div>
  )
}
