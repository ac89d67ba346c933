import { useRef, useState } from 'react'
import type { CandidateView } from '../../../../gateway/http/contract.ts'
import { AddPoint } from '../../add/AddPoint.tsx'
import { LOOKS_NEEDED, pointOf } from '../../looks.ts'
import { Button } from '../../parts/Button.tsx'
import { Field } from '../../parts/Dialog.tsx'
import { Empty, Note } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'
import type { Place } from './byteorder.tsx'

interface Props {
  readonly place: Place
  readonly candidate: CandidateView | null
  readonly proven: boolean
  readonly looks: number
}

/** What was found, as a point to be put into site.json. */
export function NewPoint({ place, candidate, proven, looks }: Props) {
  const { t } = useText()
  const [key, setKey] = useState('')
  const [unit, setUnit] = useState('')
  const [copied, setCopied] = useState<string | null>(null)
  const box = useRef<HTMLPreElement>(null)
  const text = candidate ? JSON.stringify(pointOf(place, candidate, key.trim(), unit.trim()), null, 2) : ''
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(text)
    } catch {
      // Plain http has no clipboard; the old command still works on what is selected.
      if (box.current) getSelection()?.selectAllChildren(box.current)
      if (document.execCommand('copy')) setCopied(text)
    }
  }
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('byteOrder.newPoint')}</h2>
      </div>
      {candidate === null ? (
        <Empty icon="help" title={t('byteOrder.noPoint')} why={t('byteOrder.noPointWhy')} />
      ) : (
        <div className="card-b col g3">
          {proven ? (
            <Note sort="yes" icon="check" title={t('byteOrder.proven')} role="status" />
          ) : (
            <Note sort="q" icon="warn" title={t('byteOrder.unproven')} role="status">
              {t('byteOrder.unprovenWhy', { n: looks, all: LOOKS_NEEDED })}
            </Note>
          )}
          <div className="ask">
            <Field label={t('byteOrder.key')}>
              <input className="inp mono" maxLength={64} value={key} onChange={event => setKey(event.target.value)} />
            </Field>
            <Field label={t('byteOrder.ucum')}>
              <input
                className="inp mono"
                maxLength={32}
                placeholder="kW.h"
                value={unit}
                onChange={event => setUnit(event.target.value)}
              />
            </Field>
          </div>
          <AddPoint
            key={`${place.channel} ${place.unit}`}
            place={place}
            candidate={candidate}
            pointKey={key}
            ucum={unit}
          />
          <pre ref={box} className="mono">
            {text}
          </pre>
          <div className="row">
            <Button icon={copied === text ? 'check' : 'copy'} onClick={() => void copy()}>
              {t(copied === text ? 'common.copied' : 'common.copy')}
            </Button>
          </div>
          <div className="cap">{t('byteOrder.whereTo')}</div>
        </div>
      )}
    </section>
  )
}
