import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Text } from '../../../gateway/http/contract.ts'
import { createWedge, meantOf, scanOf } from '../../../rules/access/scan.ts'
import { may } from '../../../rules/permission.ts'
import { ApiError, call, type Items, queries, useMeQuery } from '../api.ts'
import { forgetPeople, install, kept, type Signed } from '../gate/post.ts'
import { type GateNow, useGate } from '../gate/useGate.ts'
import { GateAnswerCard } from '../parts/GateAnswer.tsx'
import { CameraButton } from '../parts/GateCamera.tsx'
import { GateSide } from '../parts/GateSide.tsx'
import { GateSlip } from '../parts/GateSlip.tsx'
import { GateTop } from '../parts/GateTop.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Failed, Loading, NotYours, Refusal } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import { SignIn } from './sign-in.tsx'
import '../gate.css'

interface Named {
  readonly id: string
  readonly name: Text
}

/** The gate post: a page of its own, which goes on without a network with what it has kept. */
export default function GatePage() {
  const { t } = useText()
  const me = useMeQuery()
  const [signed, setSigned] = useState<Signed | null>(kept.signed.get)
  useEffect(() => {
    document.title = `${t('gate.title')} · ${t('brand')}`
    if (document.querySelector('link[rel=manifest]')) return
    const link = Object.assign(document.createElement('link'), { rel: 'manifest', href: '/gate.webmanifest' })
    document.head.append(link)
  }, [t])
  useEffect(() => {
    if (me.data) {
      const now = { name: me.data.name, timezone: me.data.site.timezone }
      kept.signed.set(now)
      setSigned(now)
    } else if (me.data === null) {
      setSigned(null)
      void forgetPeople()
    }
  }, [me.data])
  const signedOut = useCallback(() => queries.setQueryData(['me'], null), [])

  if (me.data === null) return <SignIn />
  if (me.data && !may(me.data.role, 'pass.gate'))
    return (
      <main className="gate-alone">
        <NotYours permission="pass.gate" />
      </main>
    )
  const gone = me.error instanceof ApiError && me.error.status === 0
  if (me.data === undefined && !(gone && signed))
    return me.error ? (
      <Failed what={t('gate.title')} error={me.error} again={() => void me.refetch()} />
    ) : (
      <Loading what={t('gate.title')} />
    )
  return <Chosen signed={signed ?? { name: me.data!.name, timezone: me.data!.site.timezone }} signedOut={signedOut} />
}

/** Which gate this device stands at is asked once. */
function Chosen({ signed, signedOut }: { readonly signed: Signed; readonly signedOut: () => void }) {
  const { t, of } = useText()
  const [gate, setGate] = useState(kept.gate.get)
  const [ready, setReady] = useState<boolean | null>(null)
  const gates = useQuery({
    queryKey: ['gates'],
    queryFn: async () => (await call<Items<Named>>('gates')).items,
    retry: false,
  })
  const list = gates.data ?? []
  const only = list.length === 1 ? list[0]!.id : null
  const choose = (id: string) => {
    kept.gate.set(id)
    setGate(id)
  }
  useEffect(() => {
    if (gate === '' && only !== null) {
      kept.gate.set(only)
      setGate(only)
    }
  }, [gate, only])
  useEffect(() => {
    void install()
      // Without a network it cannot be done again, but it may have been done before.
      .catch(async () => 'caches' in window && (await caches.match('/gate')) !== undefined)
      .then(setReady)
  }, [])
  if (gate === '' || (list.length > 0 && !list.some(one => one.id === gate)))
    return (
      <main className="gate-alone col g3">
        <h1 className="h1">{t('gate.which')}</h1>
        {list.map(one => (
          <button key={one.id} type="button" className="btn lg" onClick={() => choose(one.id)}>
            {of(one.name)}
          </button>
        ))}
        {gates.error ? <Refusal error={gates.error} /> : null}
      </main>
    )
  return <Post key={gate} gate={gate} signed={signed} ready={ready} signedOut={signedOut} />
}

interface PostProps {
  readonly gate: string
  readonly signed: Signed
  readonly ready: boolean | null
  readonly signedOut: () => void
}
function Post({ gate, signed, ready, signedOut }: PostProps) {
  const { t } = useText()
  const now = useGate(gate, signed.name, signedOut)
  const field = useRef<HTMLInputElement>(null)
  const [words, setWords] = useState('')
  const [slip, setSlip] = useState<string | null>(null)
  const closeSlip = useCallback(() => setSlip(null), [])
  const { answer } = now
  const scan = (text: string) => {
    setWords('')
    field.current?.focus()
    const shown = scanOf(text)
    setSlip(shown.kind === 'slip' ? shown.no : null)
    if (shown.kind === 'slip') now.show(null)
    else void now.scan(text)
  }
  useKeys({ now, scan, field, words })
  useEffect(() => {
    if (answer === null) field.current?.focus()
  }, [answer])
  const submit = () => {
    if (words.trim() !== '') scan(words)
    else if (answer) primary(now)
  }
  return (
    <div className="gate">
      <GateTop now={now} signed={signed} ready={ready} />
      <main className="gm">
        <section className="gate-a" aria-live="assertive" aria-label={t('gate.answer')}>
          {now.busy ? <div className="empty">{t('gate.asking')}</div> : null}
          {now.error ? <Refusal error={now.error} /> : null}
          {slip ? (
            <GateSlip key={slip} no={slip} zone={signed.timezone} onClose={closeSlip} />
          ) : answer ? (
            <GateAnswerCard key={answer.since} shown={answer} now={now} zone={signed.timezone} onScan={scan} />
          ) : now.busy || now.error ? null : (
            <div className="empty gate-wait">
              <Icon name="passes" />
              <b>{t('gate.ready')}</b>
              <span>{t('gate.readyWhy')}</span>
            </div>
          )}
        </section>
        <GateSide now={now} zone={signed.timezone} />
      </main>
      <form
        className="gf"
        onSubmit={event => {
          event.preventDefault()
          submit()
        }}
      >
        <input
          ref={field}
          className="inp"
          aria-label={t('gate.scan')}
          placeholder={t('gate.scan')}
          value={words}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          enterKeyHint="go"
          onChange={event => setWords(event.target.value)}
        />
        <button type="submit" className="btn lg pri">
          {t('gate.look')} <kbd>Enter</kbd>
        </button>
        <CameraButton onCode={scan} />
      </form>
    </div>
  )
}

/** What Enter does: the one thing that is most likely. */
function primary(now: GateNow): void {
  document.querySelector<HTMLButtonElement>('[data-primary]')?.click()
  if (!document.querySelector('[data-primary]')) now.show(null)
}

interface Keys {
  readonly now: GateNow
  readonly scan: (text: string) => void
  readonly field: React.RefObject<HTMLInputElement | null>
  readonly words: string
}
/** A scanner is heard wherever the focus is; keys of a hand act when no more follow at once. */
function useKeys(keys: Keys): void {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    const wedge = createWedge()
    const down = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return
      const { field, scan, now, words } = latest.current
      const key = { key: event.key, code: event.code, shift: event.shiftKey }
      const line = wedge.press(key, event.timeStamp)
      const own = event.target === field.current
      if (line !== null) {
        event.preventDefault()
        event.stopPropagation()
        return scan(own ? meantOf(line, words) : line)
      }
      // What a scanner types must neither press a button nor stand in a field that is not for it.
      if (wedge.isFast(event.timeStamp) && !own && !(event.target instanceof HTMLTextAreaElement))
        event.preventDefault()
      const other = event.target instanceof HTMLInputElement && !own
      if ((other && !/^(Escape|F2|Enter)$/.test(event.key)) || event.repeat) return
      if (event.key === 'Escape') return now.show(null)
      if (event.key === 'F2') {
        event.preventDefault()
        return document.querySelector<HTMLButtonElement>('[data-visit] button')?.focus()
      }
      const button = document.querySelector<HTMLButtonElement>(`[data-key="${CSS.escape(event.key)}"]`)
      const free = field.current?.value === '' || !own
      if (button && free)
        setTimeout(() => {
          if (wedge.length > 1) return
          latest.current.field.current?.blur()
          button.click()
        }, 60)
      else if (event.key === 'Enter' && !own && !(event.target instanceof HTMLButtonElement)) primary(now)
      if (button && free && own) event.preventDefault()
    }
    window.addEventListener('keydown', down, true)
    return () => window.removeEventListener('keydown', down, true)
  }, [])
}
