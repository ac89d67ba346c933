import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { DetectionView } from '../../../../gateway/http/contract.ts'
import { call, type Items, post, queries, useChannels } from '../../api.ts'
import { formatProtocol, plain } from '../../format.ts'
import { Button, useLinkBlock } from '../../parts/Button.tsx'
import { Field } from '../../parts/Dialog.tsx'
import { LineTrouble } from '../../parts/LineTrouble.tsx'
import { Empty, Note, Refusal } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'

const KEY = ['detections'] as const
const RUNNING_MS = 500
const protocols = ['modbus-tcp', 'modbus-rtu-over-tcp', 'modbus-rtu'] as const
type Protocol = (typeof protocols)[number]

/** Which units answer on a line: with progress, cancel, and the lines of site.json for what was found. */
export function Detect() {
  const query = useQuery({
    queryKey: KEY,
    queryFn: async () => (await call<Items<DetectionView>>('detections')).items,
    refetchInterval: ({ state }) => (state.data?.[0]?.state === 'running' ? RUNNING_MS : 5000),
  })
  const last = query.data?.[0]
  return (
    <div className="stk">
      <Ask running={last?.state === 'running'} />
      {last ? <Search key={last.id} search={last} /> : null}
    </div>
  )
}

function Ask({ running }: { readonly running: boolean }) {
  const { t } = useText()
  const away = useLinkBlock()
  const channels = (useChannels().data ?? []).filter(c => c.protocol.startsWith('modbus-'))
  const [where, setWhere] = useState('')
  const [protocol, setProtocol] = useState<Protocol>('modbus-tcp')
  const [fields, setFields] = useState({ host: '', port: '502', path: '/dev/ttyUSB0', from: '1', to: '247', ms: '200' })
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const typed = where === ''

  const start = async () => {
    setBusy(true)
    setError(null)
    const range = { from: Number(fields.from), to: Number(fields.to), timeoutMs: Number(fields.ms) }
    const line = !typed
      ? { channel: where }
      : protocol === 'modbus-rtu'
        ? { protocol, path: fields.path.trim() }
        : { protocol, host: fields.host.trim(), port: Number(fields.port) }
    try {
      await post('detections', { ...line, ...range })
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
    void queries.invalidateQueries({ queryKey: KEY })
  }
  const input = (name: keyof typeof fields, label: string, digits = true) => (
    <Field label={label}>
      <input
        className="inp"
        value={fields[name]}
        inputMode={digits ? 'numeric' : 'text'}
        onChange={event => setFields({ ...fields, [name]: event.target.value })}
      />
    </Field>
  )
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('detect.title')}</h2>
      </div>
      <form
        className="card-b col g3"
        onSubmit={event => {
          event.preventDefault()
          if (!busy && !running && !away) void start()
        }}
      >
        <span className="dim">{t('detect.why')}</span>
        <Field label={t('detect.where')}>
          <select className="inp det-w" value={where} onChange={event => setWhere(event.target.value)}>
            {channels.map(c => (
              <option key={c.id} value={c.id}>
                {plain(c.id)} · {formatProtocol(c.protocol)}
              </option>
            ))}
            <option value="">{t('detect.other')}</option>
          </select>
        </Field>
        {typed ? (
          <div className="det-f">
            <Field label={t('detect.protocol')}>
              <select className="inp" value={protocol} onChange={e => setProtocol(e.target.value as Protocol)}>
                {protocols.map(one => (
                  <option key={one} value={one}>
                    {formatProtocol(one)}
                  </option>
                ))}
              </select>
            </Field>
            {protocol === 'modbus-rtu' ? (
              input('path', t('detect.path'), false)
            ) : (
              <>
                {input('host', t('detect.host'), false)}
                {input('port', t('detect.port'))}
              </>
            )}
          </div>
        ) : null}
        <div className="det-f">
          {input('from', t('detect.from'))}
          {input('to', t('detect.to'))}
          {input('ms', t('detect.timeout'))}
        </div>
        <Refusal error={error} />
        <div className="row">
          <Button type="submit" primary blocked={away ?? (running ? t('detect.state.running') : null)} sayWhy>
            {t('detect.start')}
          </Button>
        </div>
      </form>
    </section>
  )
}

function Search({ search }: { readonly search: DetectionView }) {
  const { t } = useText()
  const away = useLinkBlock()
  const [error, setError] = useState<unknown>(null)
  const running = search.state === 'running'
  const cancel = () => {
    setError(null)
    post(`detections/${encodeURIComponent(search.id)}/cancel`)
      .catch(setError)
      .finally(() => void queries.invalidateQueries({ queryKey: KEY }))
  }
  return (
    <section className="card">
      <div className="card-h">
        <h2 className="mono brk">{plain(search.line)}</h2>
        <span className="dim">{formatProtocol(search.protocol)}</span>
        <span className={`ml ${search.state === 'failed' ? 'q-t' : 'dim'}`}>{t(`detect.state.${search.state}`)}</span>
      </div>
      <div className="card-b col g3">
        {running ? (
          <>
            <progress value={search.tried} max={search.total} aria-label={t('detect.state.running')} />
            <div className="row wrap g3">
              <span role="status">{t('detect.progress', { tried: search.tried, total: search.total })}</span>
              {search.setting ? (
                <span className="dim">{t('detect.setting', { text: settingText(search.setting) })}</span>
              ) : null}
              <Button small blocked={away} onClick={cancel}>
                {t('detect.cancel')}
              </Button>
            </div>
            {search.paused.length > 0 ? (
              <Note icon="clock">
                {t('detect.paused', { channels: search.paused.map(plain).join(t('common.listSep')) })}
              </Note>
            ) : null}
          </>
        ) : null}
        <Refusal error={error} />
        {search.trouble ? <LineTrouble trouble={search.trouble} /> : null}
        {search.everyUnit ? (
          <Note sort="medium" icon="warn">
            {t('detect.every')}
          </Note>
        ) : null}
        <b>{t('detect.found', { n: search.found.length })}</b>
      </div>
      {search.found.length > 0 ? (
        <Found search={search} />
      ) : running || search.state === 'failed' ? null : (
        <Empty icon="help" title={t('detect.none')} />
      )}
    </section>
  )
}

type Setting = NonNullable<DetectionView['setting']>
const settingText = (s: Setting): string => `${s.baudRate} 8${s.parity[0]?.toUpperCase()}${s.stopBits}`

function Found({ search }: { readonly search: DetectionView }) {
  const { t } = useText()
  const fresh = search.found.filter(f => f.equipment === null)
  return (
    <>
      <table className="tbl">
        <thead>
          <tr>
            <th className="r">{t('detect.unit')}</th>
            <th>{t('detect.answer')}</th>
            <th>{t('detect.knownAs')}</th>
          </tr>
        </thead>
        <tbody>
          {search.found.map(f => (
            <tr key={f.unit}>
              <td className="r">{f.unit}</td>
              <td>
                {f.exception === null ? t('detect.value') : t('detect.exception', { n: f.exception })}
                {f.setting ? <span className="dim"> · {settingText(f.setting)}</span> : null}
                {f.twice ? <div className="q-t">{t('add.twice')}</div> : null}
              </td>
              <td>{f.equipment === null ? t('detect.isNew') : <bdi>{plain(f.equipment)}</bdi>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {fresh.length > 0 ? (
        <div className="card-f col g2">
          <b>{t('detect.add')}</b>
          <span className="dim">{t('detect.addWhy')}</span>
          <textarea
            className="inp mono"
            readOnly
            rows={Math.min(8, fresh.length + 1)}
            value={snippet(search)}
            aria-label={t('detect.add')}
          />
        </div>
      ) : null}
    </>
  )
}

/** What site.json needs for the new ones; the channel is the one that was searched, where there is one. */
const snippet = (search: DetectionView): string =>
  search.found
    .filter(f => f.equipment === null)
    .map(f =>
      JSON.stringify({
        id: `unit-${f.unit}`,
        kind: 'meter',
        channel: search.paused[0] ?? 'bus-1',
        unit: f.unit,
        points: [],
      }),
    )
    .join(',\n')
