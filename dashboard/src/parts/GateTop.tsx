import { useEffect, useState } from 'react'
import { formatAge, formatTime, plain } from '../format.ts'
import { kept, type Signed } from '../gate/post.ts'
import type { GateNow } from '../gate/useGate.ts'
import { useText } from '../text/index.ts'
import { Icon } from './Icon.tsx'
import { Note } from './notes.tsx'
import { LangSwitch, ThemeSwitch } from './switches.tsx'

/** Whether the gateway answers, how old the list is, what waits to be told. */
export function GateTop({ now, signed, ready }: { now: GateNow; signed: Signed; ready: boolean | null }) {
  const { t, of, lang } = useText()
  const [tick, setTick] = useState(() => performance.now())
  useEffect(() => {
    const timer = setInterval(() => setTick(performance.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  const clock = Date.now() + kept.offset.get()
  const listAge = now.listAt === null ? null : formatAge(Math.max(0, clock - now.listAt.at))
  const listEnd = now.listAt === null ? 0 : now.listAt.at + now.listAt.ttlMs
  const n = now.queue.length
  return (
    <div>
      <header className="gt0">
        <a className="gt-b" href="/" title={t('brand')}>
          <Icon name="brand" />
        </a>
        <b>{[...new Set([t('gate.title'), ...(now.panel ? [of(now.panel.gate.name)] : [])])].join(' · ')}</b>
        <span className="dim">
          <bdi>{plain(signed.name)}</bdi>
        </span>
        {now.downSince !== null ? (
          <span className="net q-t" role="status">
            <Icon name="off" />
            {t('gate.offline', {
              age: formatAge(kept.up.get() === 0 ? tick - now.downSince : Math.max(0, Date.now() - kept.up.get())),
              n,
            })}
          </span>
        ) : (
          <span className="net">
            <Icon name="link" />
            {now.panelAt === null ? t('top.connecting') : t('gate.online')}
            {n > 0 ? ` · ${t('gate.toSend', { n })}` : ''}
          </span>
        )}
        <span className={now.downSince === null ? 'dim' : 'q-t'}>
          {listAge === null
            ? t('gate.noList')
            : now.downSince === null
              ? t('gate.listAge', { age: listAge })
              : clock > listEnd
                ? t('gate.listOver', { age: listAge })
                : t('gate.listUntil', { age: listAge, until: formatTime(listEnd, lang, signed.timezone) })}
        </span>
        <span className="ml mono">{formatTime(clock, lang, signed.timezone)}</span>
        <LangSwitch />
        <ThemeSwitch />
      </header>
      {ready === false ? (
        <Note sort="medium" icon="warn">
          {t(window.isSecureContext ? 'gate.notKept' : 'gate.notInstalled')}
        </Note>
      ) : null}
    </div>
  )
}
