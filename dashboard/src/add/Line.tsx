import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { LineAsk, SerialPortView } from '../../../gateway/http/contract.ts'
import { call, type Items, useChannels } from '../api.ts'
import { plain } from '../format.ts'
import { Button, useLinkBlock } from '../parts/Button.tsx'
import { Field } from '../parts/Dialog.tsx'
import { LineTrouble } from '../parts/LineTrouble.tsx'
import { useText } from '../text/index.ts'

const ways = ['modbus-tcp', 'modbus-rtu-over-tcp', 'modbus-rtu'] as const
type Way = (typeof ways)[number]
const speeds = [2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200] as const
const parities = ['none', 'even', 'odd'] as const

interface Props {
  readonly searching: boolean
  readonly onLook: (line: LineAsk, unit: number) => void
  readonly onSearch: (line: LineAsk) => void
}

/** Step 1: where the device is connected. A unit that is known is looked at; otherwise the line is searched. */
export function Line({ searching, onLook, onSearch }: Props) {
  const { t } = useText()
  const away = useLinkBlock()
  const channels = (useChannels().data ?? []).filter(c => c.protocol.startsWith('modbus-'))
  const [where, setWhere] = useState<string>('modbus-tcp')
  const [host, setHost] = useState('')
  const [port, setPort] = useState('502')
  const [path, setPath] = useState('')
  const [serial, setSerial] = useState({
    baudRate: 9600,
    parity: 'none' as (typeof parities)[number],
    stopBits: 1 as 1 | 2,
  })
  const [unit, setUnit] = useState('1')
  const way = ways.find(one => one === where) ?? null
  const ports = useQuery({
    queryKey: ['serial-ports'],
    queryFn: async () => (await call<Items<SerialPortView>>('serial-ports')).items,
    enabled: way === 'modbus-rtu',
    refetchInterval: 3000,
  })
  const found = ports.data ?? []
  const chosen = path === '' ? (found[0]?.path ?? '') : path
  const shut = found.find(one => one.path === chosen && !one.access.may)

  const line: LineAsk | null =
    way === null
      ? { channel: where }
      : way === 'modbus-rtu'
        ? /^\/dev\/[\w./:-]+$/.test(chosen)
          ? { protocol: way, path: chosen, ...serial }
          : null
        : host.trim() !== '' && Number(port) >= 1 && Number(port) <= 65_535
          ? { protocol: way, host: host.trim(), port: Number(port) }
          : null
  const n = Number(unit)
  const unitFits = /^\d{1,3}$/.test(unit.trim()) && n <= (way === 'modbus-tcp' ? 255 : 247)
  const blocked = away ?? (searching ? t('detect.state.running') : line === null ? t(lackOf(way)) : null)

  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('add.where')}</h2>
      </div>
      <form
        className="card-b col g3"
        onSubmit={event => {
          event.preventDefault()
          if (!blocked && line && unitFits) onLook(line, n)
        }}
      >
        <Field label={t('add.way')}>
          <select className="inp" value={where} onChange={event => setWhere(event.target.value)}>
            {ways.map(one => (
              <option key={one} value={one}>
                {t(`add.ways.${one}`)}
              </option>
            ))}
            {channels.map(c => (
              <option key={c.id} value={c.id}>
                {t('add.ways.channel', { id: plain(c.id) })}
              </option>
            ))}
          </select>
        </Field>
        {way === null ? null : way === 'modbus-rtu' ? (
          <>
            <Field label={t('add.port')}>
              <select className="inp" value={chosen} onChange={event => setPath(event.target.value)}>
                {found.map(one => (
                  <option key={one.path} value={one.path}>
                    {plain(one.name ?? one.device)} · {plain(one.device)}
                  </option>
                ))}
                {found.length === 0 ? <option value="">{t('add.noPort')}</option> : null}
              </select>
            </Field>
            {ports.data?.length === 0 ? <LineTrouble trouble={{ code: 'port-missing', detail: null }} /> : null}
            {shut ? <LineTrouble trouble={{ code: 'port-forbidden', detail: shut.access.group }} /> : null}
            <div className="row wrap g3">
              <Field label={t('add.speed')}>
                <select
                  className="inp"
                  value={serial.baudRate}
                  onChange={event => setSerial({ ...serial, baudRate: Number(event.target.value) })}
                >
                  {speeds.map(one => (
                    <option key={one}>{one}</option>
                  ))}
                </select>
              </Field>
              <Field label={t('add.parity')}>
                <select
                  className="inp"
                  value={serial.parity}
                  onChange={event => setSerial({ ...serial, parity: event.target.value as 'none' })}
                >
                  {parities.map(one => (
                    <option key={one} value={one}>
                      {t(`add.parities.${one}`)}
                    </option>
                  ))}
                </select>
              </Field>
            </div>
          </>
        ) : (
          <div className="row wrap g3">
            <Field label={t('detect.host')}>
              <input
                className="inp"
                name="host"
                spellCheck={false}
                autoCapitalize="off"
                maxLength={255}
                placeholder="192.168.1.50"
                value={host}
                onChange={event => setHost(event.target.value)}
              />
            </Field>
            <Field label={t('detect.port')}>
              <input
                className="inp num-s"
                name="port"
                inputMode="numeric"
                maxLength={5}
                value={port}
                onChange={event => setPort(event.target.value)}
              />
            </Field>
          </div>
        )}
        <Field label={t('detect.unit')} hint={t('add.unitHint')}>
          <input
            className="inp num-s"
            name="unit"
            inputMode="numeric"
            maxLength={3}
            value={unit}
            onChange={event => setUnit(event.target.value)}
          />
        </Field>
        <div className="row wrap">
          <Button
            type="submit"
            primary
            blocked={blocked ?? (unitFits ? null : t('add.lacks.unit'))}
            sayWhy={line !== null}
          >
            {t('add.look')}
          </Button>
          <Button blocked={blocked} sayWhy={line === null} onClick={() => line && onSearch(line)}>
            {t('add.search')}
          </Button>
        </div>
        <span className="cap">{t('add.searchHint')}</span>
      </form>
    </section>
  )
}
const lackOf = (way: Way | null) => (way === 'modbus-rtu' ? 'add.lacks.port' : 'add.lacks.host')
