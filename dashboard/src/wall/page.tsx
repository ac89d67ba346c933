import { useQuery } from '@tanstack/react-query'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { AlarmView, WallView } from '../../../gateway/http/contract.ts'
import { silenced } from '../../../rules/alarm.ts'
import { inFocus } from '../../../rules/wall.ts'
import { call, post, putAlarm, queries, useAlarms, useMay, useRuns } from '../api.ts'
import { serverNow, useAlarmRate, useLink, useTicking } from '../live.ts'
import { sorted } from '../pages/alarms.tsx'
import { useRecordBlock } from '../parts/Button.tsx'
import { silenceAll, useSound } from '../parts/SoundNote.tsx'
import { StorageNote } from '../parts/StorageNote.tsx'
import { useShowTest } from '../parts/TestNote.tsx'
import { useText } from '../text/index.ts'
import { useAwake, useNewer } from './awake.ts'
import { Banner } from './Banner.tsx'
import { Foot } from './Foot.tsx'
import { linesOf } from './facts.ts'
import { List } from './List.tsx'
import { Lost } from './Lost.tsx'
import { Place } from './Place.tsx'
import { Steps } from './Steps.tsx'
import '../pages/plan.css'
// The frame first: what a part says of itself comes after it.
import './wall.css'
import './banner.css'
import './list.css'
import './wallplace.css'
import './steps.css'
import './foot.css'
import './floodtree.css'
import './lost.css'

const WALL_MS = 2000
/** Before the first word of the gateway nobody is alarmed by it; then the wall says that it knows nothing. */
const START_MS = 4500
/** The cookie of a display is made new by this; see the gateway. */
const STAY_MS = 12 * 3_600_000
const NONE: readonly AlarmView[] = []

/** The wall of the control room: what is wrong, where, and what is to be done, for two people and for weeks. */
export default function Wall() {
  const { t, lang } = useText()
  const { data } = useAlarms()
  const link = useLink()
  const { flood } = useAlarmRate()
  const runs = useRuns().data?.filter(run => run.phase === 'open').length ?? 0
  const sound = useSound()
  const may = useMay('alarm.acknowledge')
  const blocked = useRecordBlock()
  const awake = useAwake()
  const [chosen, setChosen] = useState<{ readonly id: string; readonly at: number } | null>(null)
  const [single, setSingle] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [startedAt] = useState(() => performance.now())
  const late = useTicking(() => performance.now() - startedAt > START_MS)
  const lost = link.state === 'lost' || (link.state === 'starting' && late)
  useWallLook()
  useShowTest()

  const open = useMemo(() => sorted((data ?? NONE).filter(alarm => !silenced(alarm))), [data])
  // Counted are those of the plant; a test stands in the list, below them, with its word.
  const counted = useMemo(() => open.filter(alarm => !alarm.test), [open])
  const inGroups = flood && !single
  const lines = useMemo(() => linesOf(open, inGroups, lang), [open, inGroups, lang])
  const aside = useMemo(() => {
    const shelved = data?.filter(alarm => alarm.shelved || alarm.outOfService).length ?? 0
    return { shelved, heldBack: (data?.filter(silenced).length ?? 0) - shelved }
  }, [data])
  const ids = useMemo(() => lines.map(line => line.alarm.id), [lines])
  const focus = useTicking(now => inFocus(ids, chosen, now))
  const alarm = lines.find(line => line.alarm.id === focus)?.alarm ?? null

  const { data: told, dataUpdatedAt } = useQuery({
    queryKey: ['wall'],
    queryFn: () => call<WallView>('wall'),
    refetchInterval: WALL_MS,
  })
  // An answer of before is not what is now: after ten seconds without another nothing is said.
  const fresh = useTicking(() => told !== undefined && Date.now() - dataUpdatedAt < 10_000)
  const wall = fresh && told ? told : null

  const stirredAt = useRef(serverNow())
  const newest = open.reduce((last, one) => (one.raisedAt && one.raisedAt > last ? one.raisedAt : last), '')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the moment at which another one came
  useEffect(() => {
    stirredAt.current = serverNow()
  }, [newest])
  const scene = {
    ...{ up: link.state === 'up', flood, runs, unacked: open.filter(one => !one.acked).length },
    life: open.filter(one => one.severity === 'life' && one.active).length,
    get stirredAt() {
      return stirredAt.current
    },
  }
  const newer = useNewer(scene)
  useEffect(() => {
    const timer = setInterval(() => void queries.invalidateQueries({ queryKey: ['me'] }), STAY_MS)
    return () => clearInterval(timer)
  }, [])

  const choose = (id: string | undefined) => {
    if (id !== undefined) setChosen({ id, at: serverNow() })
  }
  const acknowledge = async () => {
    if (!alarm || !may || blocked) return
    // A group is acknowledged one by one: whoever does it has seen each.
    if (alarm.acked) return
    setError(null)
    choose(alarm.id)
    try {
      putAlarm(await post<AlarmView>(`alarms/${encodeURIComponent(alarm.id)}/acknowledge`))
    } catch (refused) {
      setError(refused)
    }
  }
  const silence = async () => {
    if (!may || blocked || sound.unseen.length === 0) return
    setError(null)
    try {
      await silenceAll(sound.unseen[0]?.severity === 'life')
    } catch (refused) {
      setError(refused)
    }
  }
  const act = (key: string): boolean => {
    const at = ids.indexOf(focus ?? '')
    if (key === 'ArrowDown') choose(ids[Math.min(ids.length - 1, at + 1)])
    else if (key === 'ArrowUp') choose(ids[Math.max(0, at - 1)])
    else if (key === 'Home') choose(ids[0])
    else if (key === 'End') choose(ids.at(-1))
    else if (key === 'Escape') setChosen(null)
    else if (key === 'Enter') void acknowledge()
    else if (key === 'F8') void silence()
    else if (key === 'l' || key === 'L') setSingle(now => !now)
    else return false
    return true
  }
  const latest = useRef(act)
  useEffect(() => {
    latest.current = act
  })
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      stirredAt.current = serverNow()
      if (event.altKey || event.ctrlKey || event.metaKey || (event.repeat && event.key === 'Enter')) return
      const pressed = event.target instanceof Element && event.target.closest('a, button:not(.ar), select, input')
      if (pressed && event.key === 'Enter') return
      if (latest.current(event.key)) event.preventDefault()
    }
    const onTouch = () => {
      stirredAt.current = serverNow()
    }
    document.addEventListener('keydown', onKey)
    document.addEventListener('pointerdown', onTouch)
    return () => {
      document.removeEventListener('keydown', onKey)
      document.removeEventListener('pointerdown', onTouch)
    }
  }, [])

  return (
    <div className="wall">
      <Banner
        alarms={counted}
        known={data !== undefined}
        lost={lost}
        sound={sound}
        calling={sound.unseen.length > 0}
        onSilence={() => void silence()}
      />
      {lost ? (
        <Lost link={link} lines={lines} known={data !== undefined} />
      ) : (
        <>
          <StorageNote />
          <main className="wm">
            <List {...{ lines, focus, inGroups, aside, error }} known={data !== undefined} onChoose={choose} />
            <Place alarm={alarm} lines={lines} />
            <Steps alarm={alarm} />
          </main>
          <Foot alarms={open} wall={wall} aside={aside} />
        </>
      )}
      <div className="wall-s" role="status">
        {newer ? t('wall.newer') : awake ? '' : t('wall.mayDim')}
      </div>
    </div>
  )
}

/** Sizes of a wall while it stands: 1rem is a part of the width, so that 1080p and 4K show the same picture. */
function useWallLook(): void {
  const { t } = useText()
  useLayoutEffect(() => {
    document.documentElement.dataset.density = 'wall'
    return () => {
      delete document.documentElement.dataset.density
    }
  }, [])
  useEffect(() => {
    document.title = `${t('wall.title')} · ${t('brand')}`
  })
}
