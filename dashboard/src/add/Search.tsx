import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { DetectionView, LineAsk } from '../../../gateway/http/contract.ts'
import { call, post } from '../api.ts'
import { plain } from '../format.ts'
import { Button } from '../parts/Button.tsx'
import { LineTrouble } from '../parts/LineTrouble.tsx'
import { Empty, Note, Refusal } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'

const LOOK_MS = 300
/** On one line, all numbers that a device may have [Modbus over serial line 2.2]. */
const UNITS = { from: 1, to: 247, timeoutMs: 200 }

/** The words of a search for a line; a serial one is searched with all usual settings. */
function searchOf(line: LineAsk): object {
  if ('channel' in line) return line
  return line.protocol === 'modbus-rtu' ? { protocol: line.protocol, path: line.path } : line
}

interface Props {
  readonly line: LineAsk
  readonly onPick: (line: LineAsk, unit: number) => void
  readonly onOver: () => void
}
/** A search of the line: what answers may be taken at once, the search then ends. */
export function Search({ line, onPick, onOver }: Props) {
  const { t } = useText()
  const [id, setId] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const began = useRef(false)
  const over = useRef(onOver)
  over.current = onOver
  useEffect(() => {
    // Effects of a strict page run twice; a search runs once.
    if (began.current) return
    began.current = true
    post<DetectionView>('detections', { ...searchOf(line), ...UNITS }).then(
      made => setId(made.id),
      refused => {
        setError(refused)
        over.current()
      },
    )
  }, [line])
  const query = useQuery({
    queryKey: ['detections', id],
    queryFn: () => call<DetectionView>(`detections/${id}`),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data && state.data.state !== 'running' ? false : LOOK_MS),
  })
  const search = query.data
  const running = search?.state === 'running' || (id === null && !error)
  useEffect(() => {
    if (search && search.state !== 'running') over.current()
  }, [search])
  const cancel = () => (id === null ? Promise.resolve() : post(`detections/${id}/cancel`).catch(setError))
  const pick = async (one: DetectionView['found'][number]) => {
    if (running) await cancel()
    const there =
      !('channel' in line) && line.protocol === 'modbus-rtu' && one.setting ? { ...line, ...one.setting } : line
    onPick(there, one.unit)
  }
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('add.found')}</h2>
        <span className="ml dim">{search && search.state !== 'failed' ? t(`detect.state.${search.state}`) : null}</span>
      </div>
      <div className="card-b col g3">
        <Refusal error={error ?? query.error} />
        {running ? (
          <div className="row wrap g3">
            <progress value={search?.tried ?? 0} max={search?.total ?? 1} aria-label={t('detect.state.running')} />
            <span role="status">
              {search ? t('detect.progress', { tried: search.tried, total: search.total }) : null}
              {search?.setting
                ? ` · ${search.setting.baudRate} 8${search.setting.parity[0]?.toUpperCase()}${search.setting.stopBits}`
                : null}
            </span>
            <Button small onClick={() => void cancel()}>
              {t('detect.cancel')}
            </Button>
          </div>
        ) : null}
        {search && search.paused.length > 0 && running ? (
          <Note icon="clock">
            {t('detect.paused', { channels: search.paused.map(plain).join(t('common.listSep')) })}
          </Note>
        ) : null}
        {search?.everyUnit ? (
          <Note sort="medium" icon="warn">
            {t('detect.every')}
          </Note>
        ) : null}
        {search?.trouble ? (
          <LineTrouble trouble={search.trouble} />
        ) : search?.state === 'failed' ? (
          <Note sort="medium" icon="warn" role="alert">
            {t('detect.state.failed')}
          </Note>
        ) : null}
        {search && search.found.length === 0 && !running && search.state !== 'failed' ? (
          <Empty icon="help" title={t('detect.none')} why={t('add.noneWhy')} />
        ) : null}
      </div>
      {search && search.found.length > 0 ? (
        <ul className="lst">
          {search.found.map(one => (
            <li key={one.unit}>
              <div className="grow">
                <b>{t('add.unit', { n: one.unit })}</b>{' '}
                <span className="dim">
                  {one.equipment === null ? t('detect.isNew') : t('add.known', { id: plain(one.equipment) })}
                </span>
                {one.twice ? <div className="q-t">{t('add.twice')}</div> : null}
              </div>
              <Button small primary={one.equipment === null} onClick={() => void pick(one)}>
                {t('add.take', { n: one.unit })}
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  )
}
