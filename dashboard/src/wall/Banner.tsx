import { useState } from 'react'
import { Link } from 'wouter'
import type { AlarmView } from '../../../gateway/http/contract.ts'
import type { Silence } from '../../../rules/sound.ts'
import { useMay, useMe } from '../api.ts'
import { formatAge, formatDuration, formatTime, plain } from '../format.ts'
import { silence as quietFor, useAlarmRate, useTicking } from '../live.ts'
import { useRecordBlock } from '../parts/Button.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Priority } from '../parts/Priority.tsx'
import { LangSwitch, ThemeSwitch } from '../parts/switches.tsx'
import { unblockSound } from '../sound.ts'
import { useText } from '../text/index.ts'

const four = ['life', 'high', 'medium', 'low'] as const

interface Props {
  readonly alarms: readonly AlarmView[]
  /** The list has been read; before that nobody knows how many there are. */
  readonly known: boolean
  readonly lost: boolean
  readonly sound: { readonly on: boolean; readonly blocked: boolean; readonly silence: Silence | null }
  readonly calling: boolean
  readonly onSilence: () => void
}

/** Never out of sight: how many of each priority, the oldest that nobody has acknowledged, the sound, the time. */
export function Banner({ alarms, known, lost, sound, calling, onSilence }: Props) {
  const { t, of } = useText()
  const { site } = useMe()
  const { flood: now, count } = useAlarmRate()
  const flood = now && !lost
  const unacked = alarms.filter(alarm => !alarm.acked)
  const oldest = Math.min(...unacked.map(alarm => Date.parse(alarm.raisedAt ?? '')).filter(Number.isFinite))
  return (
    <header className="wb">
      <div className="wb-id">
        <b>{flood ? t('wall.flood') : of(site.name)}</b>
        <span>{flood ? t('wall.floodRate', { n: count }) : t('wall.title')}</span>
      </div>
      <div className="wb-n" role="status" aria-label={t('wall.counts')}>
        {four.map(severity => {
          const mine = alarms.filter(alarm => alarm.severity === severity)
          const open = mine.filter(alarm => !alarm.acked)
          const returned = open.filter(alarm => !alarm.active).length
          const hot = open.length > 0 || (severity === 'life' && mine.length > 0)
          const word =
            mine.length === 0
              ? ''
              : open.length === 0
                ? t('wall.allAcked')
                : returned === open.length
                  ? t('wall.returnedDue', { n: returned })
                  : open.length === mine.length && mine.length > 1
                    ? t('wall.noneAcked')
                    : t('wall.unacked', { n: open.length })
          return (
            <div key={severity} className={`pn ${severity} ${hot && !lost ? 'hot' : ''}`} data-count={severity}>
              <Priority severity={severity} shown={open.length > 0 && !lost ? 'unack' : 'ack'} />
              <b>{known && !lost ? mine.length : '–'}</b>
              <small>{lost || !known ? '' : word}</small>
            </div>
          )
        })}
      </div>
      <div className="wb-old">
        <small>{t('top.oldest')}</small>
        <Oldest since={lost || !Number.isFinite(oldest) ? null : oldest} />
      </div>
      <SoundKey sound={sound} calling={calling && !lost} onSilence={onSilence} />
      <Clock lost={lost} />
      <Tools />
    </header>
  )
}

function Oldest({ since }: { readonly since: number | null }) {
  const age = useTicking(now => (since === null ? '–' : formatDuration(now - since)))
  return <b data-oldest>{age}</b>
}

interface SoundProps {
  readonly sound: Props['sound']
  readonly calling: boolean
  readonly onSilence: () => void
}
/** One key that says what is heard; pressing it is F8. */
function SoundKey({ sound, calling, onSilence }: SoundProps) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const allowed = useMay('alarm.acknowledge')
  const away = useRecordBlock()
  const { on, blocked, silence } = sound
  if (blocked)
    return (
      <button type="button" className="btn wb-s warn" onClick={() => void unblockSound()}>
        <Icon name="mute" />
        <span>{t('wall.soundBlocked')}</span>
      </button>
    )
  if (silence)
    return (
      <span className="wb-s said">
        <Icon name="mute" />
        <span>
          {t('wall.silencedBy', { name: plain(silence.by) })}
          <small>{t('wall.until', { time: formatTime(silence.until, lang, zone).slice(0, 5) })}</small>
        </span>
      </span>
    )
  if (calling && allowed && !away)
    return (
      <button type="button" className="btn wb-s" onClick={onSilence}>
        <Icon name="sound" />
        <span>{t('wall.silence')}</span>
        <kbd>F8</kbd>
      </button>
    )
  return (
    <span className="wb-s said dim">
      <Icon name={on ? 'sound' : 'mute'} />
      <span>{t(on ? (calling ? 'wall.sounding' : 'wall.soundOn') : 'wall.soundOff')}</span>
    </span>
  )
}

function Clock({ lost }: { readonly lost: boolean }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const time = useTicking(now => formatTime(now, lang, zone))
  const day = useTicking(now => {
    const of = (options: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, { ...options, timeZone: zone }).format(now)
    return lang === 'en'
      ? of({ weekday: 'short', day: 'numeric', month: 'short' })
      : `${of({ month: '2-digit', day: '2-digit' }).replace('/', '-')} ${of({ weekday: 'short' })}`
  })
  const age = useTicking(() => formatAge(quietFor()))
  return (
    <div className="wb-r">
      <b className="clock">{time}</b>
      <span className={lost ? 'q-t' : ''} data-age>
        {day} · {t('wall.data', { age })}
      </span>
    </div>
  )
}

/** For whoever sets the screen up. Quiet, as nobody needs them on duty. */
function Tools() {
  const { t } = useText()
  const { role } = useMe()
  const [full, setFull] = useState(document.fullscreenElement !== null)
  const toggle = async () => {
    await (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(
      () => {},
    )
    setFull(document.fullscreenElement !== null)
  }
  return (
    <div className="wb-t">
      <span className="row">
        <LangSwitch />
        <ThemeSwitch />
      </span>
      <span className="row">
        <button
          type="button"
          className="ib"
          onClick={() => void toggle()}
          title={t(full ? 'wall.window' : 'wall.full')}
        >
          <Icon name="plan" />
          <span className="sr">{t(full ? 'wall.window' : 'wall.full')}</span>
        </button>
        {role === 'display' ? null : (
          <Link href="/alarms" className="ib" title={t('wall.leave')}>
            <Icon name="out" />
            <span className="sr">{t('wall.leave')}</span>
          </Link>
        )}
      </span>
    </div>
  )
}
