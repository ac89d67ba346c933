import { useEffect, useState } from 'react'
import type { PairingClaimed, PairingView } from '../../../gateway/http/contract.ts'
import { PAIRING_MS } from '../../../rules/pairing.ts'
import { ApiError, call, post, queries } from '../api.ts'
import { formatDuration } from '../format.ts'
import { Icon } from '../parts/Icon.tsx'
import { Refusal } from '../parts/notes.tsx'
import { LangSwitch, ThemeSwitch } from '../parts/switches.tsx'
import { useText } from '../text/index.ts'
import './pair.css'

const ASK_MS = 2000
const AGAIN_MS = 10_000

/** A screen that waits to be let in: it shows a code until somebody types it at his desk. */
export default function Pair() {
  const { t } = useText()
  const [pairing, setPairing] = useState<PairingView | null>(null)
  const [error, setError] = useState<unknown>(null)
  useEffect(() => {
    document.title = `${t('pair.title')} · ${t('brand')}`
  })
  useEffect(() => {
    let ended = false
    let timer: ReturnType<typeof setTimeout>
    let mine: PairingView | null = null
    const put = (next: PairingView | null, wrong: unknown = null) => {
      mine = next
      setPairing(next)
      setError(wrong)
    }
    const turn = async () => {
      let nextMs = ASK_MS
      try {
        if (mine === null) {
          // A screen whose session still holds goes straight on.
          const me = await call('session').catch(() => null)
          if (me) return enter()
          put(await post<PairingView>('display-pairings', {}))
        } else {
          const { me } = await call<PairingClaimed>('display-pairings/claim', {
            method: 'POST',
            body: { secret: mine.secret },
          })
          if (me) return enter()
          setError(null)
        }
      } catch (refused) {
        const over = refused instanceof ApiError && refused.code === 'pairing-over'
        if (over) put(null)
        else {
          // Away, or a crowd asks: the code that is shown may still be good.
          setError(refused)
          nextMs = AGAIN_MS
        }
      }
      if (!ended) timer = setTimeout(() => void turn(), nextMs)
    }
    const enter = () => {
      queries.removeQueries({ predicate: query => query.queryKey[0] !== 'about' })
      location.replace('/wall')
    }
    void turn()
    return () => {
      ended = true
      clearTimeout(timer)
    }
  }, [])
  return (
    <div className="pair">
      <header className="row">
        <Icon name="brand" />
        <b>{t('brand')}</b>
        <span className="ml row">
          <LangSwitch long />
          <ThemeSwitch />
        </span>
      </header>
      <main>
        <h1>{t('pair.title')}</h1>
        <p className="pair-c" data-code aria-live="polite">
          {pairing?.code ?? '····-····'}
        </p>
        {pairing ? <Left key={pairing.code} /> : null}
        <p>{t('pair.how')}</p>
        <Refusal error={error} />
        <a className="link" href="/">
          {t('pair.password')}
        </a>
      </main>
    </div>
  )
}

/** The clock of this machine may be wrong; that ten minutes pass it knows. */
function Left() {
  const { t } = useText()
  const [since] = useState(() => performance.now())
  const [now, setNow] = useState(since)
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return <p className="dim">{t('pair.left', { time: formatDuration(PAIRING_MS - (now - since)) })}</p>
}
