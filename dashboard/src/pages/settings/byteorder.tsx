import { useState } from 'react'
import type { ByteOrderFound, Peeked } from '../../../../gateway/http/contract.ts'
import { post, useChannels } from '../../api.ts'
import { counted, LOOKS_NEEDED, type Look, standing } from '../../looks.ts'
import { Button, useLinkBlock } from '../../parts/Button.tsx'
import { Field } from '../../parts/Dialog.tsx'
import { Empty, Loaded, Note, Refusal } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'
import { Candidates, Looks } from './candidates.tsx'
import { NewPoint } from './newpoint.tsx'
import '../../commission.css'

const tables = ['holding', 'input'] as const
export interface Place {
  readonly channel: string
  readonly unit: number
  readonly table: (typeof tables)[number]
  readonly address: number
  readonly count: number
}

/** Type the number on the meter's display; get the types, orders and scales that produce it. */
export function ByteOrder() {
  const { t } = useText()
  const query = useChannels()
  return (
    <Loaded query={query} what={t('channels.title')}>
      {channels => {
        const modbus = channels.filter(c => c.protocol.startsWith('modbus')).map(c => c.id)
        return modbus.length === 0 ? (
          <section className="card">
            <Empty icon="link" title={t('byteOrder.noChannel')} why={t('byteOrder.noChannelWhy')} />
          </section>
        ) : (
          <Helper channels={modbus} />
        )
      }}
    </Loaded>
  )
}

const NUMBER = /^[+-]?\d{1,15}(\.\d{1,12})?$/

function Helper({ channels }: { readonly channels: readonly string[] }) {
  const { t } = useText()
  const away = useLinkBlock()
  const [place, setPlace] = useState<Place>({
    channel: channels[0] ?? '',
    unit: 1,
    table: 'holding',
    address: 0,
    count: 8,
  })
  const [peeked, setPeeked] = useState<Peeked | null>(null)
  const [looks, setLooks] = useState<readonly Look[]>([])
  const [shown, setShown] = useState('')
  const [factor, setFactor] = useState('')
  const [chosen, setChosen] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)

  /** Looks at one place say nothing of another. */
  const forget = () => {
    setLooks([])
    setChosen(null)
  }
  const move = (change: Partial<Place>) => {
    setPlace({ ...place, ...change })
    setPeeked(null)
    forget()
  }
  const read = async (): Promise<Peeked> => {
    const { channel, ...rest } = place
    const answer = await post<Peeked>(`channels/${encodeURIComponent(channel)}/peek`, rest)
    setPeeked(answer)
    return answer
  }
  const doing = async (work: () => Promise<unknown>) => {
    setBusy(true)
    setError(null)
    try {
      await work()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  const look = () =>
    doing(async () => {
      const { words, at } = await read()
      if (words === null) return
      const times = factor.trim() === '' ? {} : { factor: Number(factor) }
      const found = await post<ByteOrderFound>('byte-order', { words, shown: shown.trim(), ...times })
      setLooks([...looks, { at: Date.parse(at), shown: shown.trim(), words, candidates: found.items }])
    })

  const left = standing(looks)
  const best = left.find(one => one.key === chosen) ?? left[0]
  const proven = best !== undefined && counted(looks) >= LOOKS_NEEDED
  const wrong =
    !NUMBER.test(shown.trim()) || Number(shown) === 0
      ? t('byteOrder.needNumber')
      : factor.trim() !== '' && !(Number(factor) > 0)
        ? t('byteOrder.needFactor')
        : null
  const whole = (text: string, least: number, most: number, old: number) => {
    const n = Number(text)
    return text !== '' && Number.isInteger(n) && n >= least && n <= most ? n : old
  }
  return (
    <div className="coc">
      <section className="card">
        <div className="card-h">
          <h2>{t('byteOrder.registers')}</h2>
          {peeked?.words ? <span className="ml dim">{t('byteOrder.took', { ms: peeked.tookMs })}</span> : null}
        </div>
        <div className="card-b col g3">
          <div className="ask">
            <Field label={t('byteOrder.channel')}>
              <select className="inp" value={place.channel} onChange={event => move({ channel: event.target.value })}>
                {channels.map(id => (
                  <option key={id}>{id}</option>
                ))}
              </select>
            </Field>
            <Field label={t('byteOrder.unit')}>
              <input
                className="inp"
                type="number"
                min={0}
                max={255}
                value={place.unit}
                onChange={event => move({ unit: whole(event.target.value, 0, 255, place.unit) })}
              />
            </Field>
            <Field label={t('byteOrder.table')}>
              <select
                className="inp"
                value={place.table}
                onChange={event => move({ table: event.target.value as Place['table'] })}
              >
                {tables.map(table => (
                  <option key={table} value={table}>
                    {t(`byteOrder.${table}`)}
                  </option>
                ))}
              </select>
            </Field>
            <Field label={t('byteOrder.address')}>
              <input
                className="inp"
                type="number"
                min={0}
                max={65535}
                value={place.address}
                onChange={event => move({ address: whole(event.target.value, 0, 65_535, place.address) })}
              />
            </Field>
            <Field label={t('byteOrder.count')}>
              <input
                className="inp"
                type="number"
                min={1}
                max={125}
                value={place.count}
                onChange={event => move({ count: whole(event.target.value, 1, 125, place.count) })}
              />
            </Field>
            <Button blocked={away} onClick={() => void doing(read)}>
              {t(busy ? 'byteOrder.reading' : 'byteOrder.read')}
            </Button>
          </div>
          <div className="cap">{t('byteOrder.addressHint')}</div>
        </div>
        <Words place={place} peeked={peeked} picked={best?.candidate} />
      </section>
      <section className="card">
        <div className="card-h">
          <h2>{t('byteOrder.helper')}</h2>
        </div>
        <div className="card-b col g3">
          <Field label={t('byteOrder.shown')} hint={t('byteOrder.shownHint')}>
            <input
              className="inp shown"
              inputMode="decimal"
              maxLength={30}
              value={shown}
              onChange={event => setShown(event.target.value)}
            />
          </Field>
          <Field label={t('byteOrder.factor')} hint={t('byteOrder.factorHint')}>
            <input
              className="inp"
              inputMode="decimal"
              maxLength={12}
              value={factor}
              onChange={event => {
                setFactor(event.target.value)
                forget()
              }}
            />
          </Field>
          <div className="row wrap">
            <Button primary blocked={away ?? wrong} sayWhy={wrong !== null} onClick={() => void look()}>
              {t(looks.length === 0 ? 'byteOrder.look' : 'byteOrder.lookAgain')}
            </Button>
            {looks.length > 0 ? <Button onClick={forget}>{t('byteOrder.forget')}</Button> : null}
          </div>
          <Refusal error={error} />
          <Looks looks={looks} />
          {looks.length > 0 && left.length === 0 ? (
            <Note icon="help" title={t('byteOrder.none')}>
              {t('byteOrder.noneWhy')}
            </Note>
          ) : null}
        </div>
        {left.length > 0 ? (
          <Candidates left={left} place={place} chosen={best?.key ?? null} proven={proven} onChoose={setChosen} />
        ) : null}
      </section>
      <NewPoint place={place} candidate={best?.candidate ?? null} proven={proven} looks={counted(looks)} />
    </div>
  )
}

interface WordsProps {
  readonly place: Place
  readonly peeked: Peeked | null
  readonly picked: { readonly offset: number; readonly type: string } | undefined
}
function Words({ place, peeked, picked }: WordsProps) {
  const { t } = useText()
  if (peeked === null) return <Empty icon="link" title={t('byteOrder.notRead')} why={t('byteOrder.notReadWhy')} />
  if (peeked.words === null)
    return (
      <div className="card-b">
        <Note sort="q" icon="warn" title={t(`reason.${peeked.reason ?? 'no-value'}`)} role="status">
          {peeked.exception === null
            ? t('byteOrder.noAnswer')
            : t('byteOrder.exception', { code: peeked.exception.toString(16).padStart(2, '0').toUpperCase() })}
        </Note>
      </div>
    )
  const size =
    picked === undefined
      ? 0
      : picked.type.endsWith('64')
        ? 4
        : picked.type.endsWith('48')
          ? 3
          : picked.type.endsWith('32')
            ? 2
            : 1
  return (
    <div className="scroll">
      <table className="tbl reg">
        <thead>
          <tr>
            <th>{t('byteOrder.address')}</th>
            <th>{t('byteOrder.hex')}</th>
            <th className="r">uint16</th>
            <th className="r">int16</th>
          </tr>
        </thead>
        <tbody className="mono">
          {peeked.words.map((word, i) => {
            const mine = picked !== undefined && i >= picked.offset && i < picked.offset + size
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a register is its place
              <tr key={i} className={mine ? 'picked' : undefined}>
                <td>{place.address + i}</td>
                <td>{mine ? <b>{hex(word)}</b> : hex(word)}</td>
                <td className="r">{word}</td>
                <td className="r">{word > 0x7fff ? word - 0x10000 : word}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

const hex = (word: number): string => word.toString(16).padStart(4, '0').toUpperCase()
