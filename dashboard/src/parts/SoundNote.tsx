import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { AlarmView, SilenceView } from '../../../gateway/http/contract.ts'
import { calling, heard, oneOfEach, SILENCE_MIN, type Silence } from '../../../rules/sound.ts'
import { call, post, queries, useAlarmsHeard, useMay, useMe } from '../api.ts'
import { formatTime, plain } from '../format.ts'
import { serverNow, useAlarmRate, useSecond } from '../live.ts'
import { type Heard, keepSound, sound, soundState, stopSound, unblockSound, wantsSound, watchSound } from '../sound.ts'
import { useText } from '../text/index.ts'
import { Button, useRecordBlock } from './Button.tsx'
import { Icon } from './Icon.tsx'
import { Refusal } from './notes.tsx'

const asTimes = (s: SilenceView): Silence => ({ ...s, at: Date.parse(s.at), until: Date.parse(s.until) })
const asHeard = (alarm: AlarmView): Heard => ({
  ...alarm,
  raisedAt: alarm.raisedAt === null ? null : Date.parse(alarm.raisedAt),
})
const useSilence = (): Silence | null => {
  const { data } = useQuery({
    queryKey: ['alarm-sound'],
    queryFn: async () => (await call<{ silence: SilenceView | null }>('alarm-sound')).silence,
  })
  return useMemo(() => (data ? asTimes(data) : null), [data])
}

/** Kept apart from the page: the switch and the note say the same. */
let wanted: boolean | null = null
const wantWatchers = new Set<() => void>()
function useWanted(role: string): readonly [boolean, (on: boolean) => void] {
  const on = useSyncExternalStore(
    tell => {
      wantWatchers.add(tell)
      return () => wantWatchers.delete(tell)
    },
    () => wanted ?? wantsSound(role),
  )
  const set = (next: boolean) => {
    wanted = next
    keepSound(next)
    for (const tell of wantWatchers) tell()
  }
  return [on, set]
}

/** In the top bar: whether alarms are heard at this screen. */
export function SoundSwitch() {
  const { t } = useText()
  const { role } = useMe()
  const [on, setOn] = useWanted(role)
  const label = t(on ? 'sound.turnOff' : 'sound.turnOn')
  return (
    <button type="button" className="ib" aria-pressed={on} onClick={() => setOn(!on)} title={label}>
      <Icon name={on ? 'sound' : 'mute'} />
      <span className="sr">{label}</span>
    </button>
  )
}

/** Plays what calls on this screen. `blocked`: the browser plays nothing before somebody has clicked. */
export function useSound() {
  const { of, lang } = useText()
  const { role } = useMe()
  const [on] = useWanted(role)
  const state = useSyncExternalStore(watchSound, soundState)
  const alarms = useAlarmsHeard()
  const silence = useSilence()
  const { flood } = useAlarmRate()
  const unseen = useMemo(() => calling(alarms.map(asHeard)), [alarms])
  const loud = useMemo(
    () => (flood ? oneOfEach(unseen.map(alarm => ({ ...alarm, area: alarm.space?.[lang] ?? null }))) : unseen),
    [unseen, flood, lang],
  )
  useEffect(() => () => stopSound(), [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `of` is new with each drawing, and says what `lang` says
  useEffect(() => {
    if (!on) return stopSound()
    sound({
      alarms: loud,
      silence,
      lang,
      say: alarm =>
        [alarm.space ? of(alarm.space) : '', of(alarm.equipmentName), of(alarm.text)]
          .filter(Boolean)
          .join(lang === 'en' ? ', ' : '，'),
      now: serverNow,
    })
  }, [on, loud, silence, lang])
  const second = useSecond()
  const now = silence === null ? { silence: null } : heard(loud, silence, second)
  return { on, blocked: on && state === 'blocked', unseen, silence: now.silence }
}
/** Silences the control room; see SILENCE_MIN. @throws ApiError */
export async function silenceAll(life: boolean): Promise<void> {
  const minutes = life ? SILENCE_MIN.life : SILENCE_MIN.most
  const made = await post<{ silence: SilenceView | null }>('alarm-sound/silence', { minutes })
  queries.setQueryData(['alarm-sound'], made.silence)
}

/** Says on every page what is heard, who has silenced it, or that the browser plays nothing yet. */
export function SoundNote() {
  const { t, lang } = useText()
  const { site } = useMe()
  const { on, blocked, unseen, silence } = useSound()
  if (!blocked && unseen.length === 0) return null
  if (blocked)
    return (
      <div className="note medium top-note" role="alert">
        <Icon name="mute" />
        <div className="grow">
          <b>{t('sound.blocked')}</b>
          <div>{t('sound.blockedWhy')}</div>
        </div>
        <Button primary onClick={() => void unblockSound()}>
          {t('sound.click')}
        </Button>
      </div>
    )
  if (silence)
    return (
      <div className="note plain top-note" role="status">
        <Icon name="mute" />
        <div className="grow">
          <b>
            {t('sound.silenced', {
              name: plain(silence.by),
              time: formatTime(silence.until, lang, site.timezone),
            })}
          </b>
          <div>{t('sound.silencedWhy', { n: unseen.length })}</div>
        </div>
      </div>
    )
  return on ? <Sounding count={unseen.length} life={unseen[0]?.severity === 'life'} /> : null
}

function Sounding({ count, life }: { readonly count: number; readonly life: boolean }) {
  const { t } = useText()
  const may = useMay('alarm.acknowledge')
  const away = useRecordBlock()
  const [error, setError] = useState<unknown>(null)
  const minutes = life ? SILENCE_MIN.life : SILENCE_MIN.most
  const silence = async () => {
    setError(null)
    try {
      await silenceAll(life)
    } catch (refused) {
      setError(refused)
    }
  }
  return (
    <div className="note medium top-note" role="status">
      <Icon name="sound" />
      <div className="grow">
        <b>{t('sound.sounding', { n: count })}</b>
        <Refusal error={error} />
      </div>
      {may ? (
        <Button blocked={away} onClick={() => void silence()}>
          {t('sound.silence', { n: minutes })}
        </Button>
      ) : null}
    </div>
  )
}
