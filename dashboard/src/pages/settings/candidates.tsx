import { useState } from 'react'
import { useMe } from '../../api.ts'
import { formatNumber, formatTime } from '../../format.ts'
import { counted, LOOKS_NEEDED, type Look, type Standing } from '../../looks.ts'
import { Button } from '../../parts/Button.tsx'
import { Icon } from '../../parts/Icon.tsx'
import { useText } from '../../text/index.ts'
import type { Place } from './byteorder.tsx'

/** How many looks there were, and how many more are needed. */
export function Looks({ looks }: { readonly looks: readonly Look[] }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  if (looks.length === 0) return <div className="cap">{t('byteOrder.threeLooks')}</div>
  const more = LOOKS_NEEDED - counted(looks)
  return (
    <div className="cap" role="status">
      {looks.map((look, i) => {
        const again = looks.slice(0, i).some(one => Number(one.shown) === Number(look.shown))
        return (
          <span key={look.at} className="ic nw">
            {formatTime(look.at, lang, zone)} <b>{look.shown}</b>{' '}
            {again ? t('byteOrder.unchanged') : <Icon name="check" />}
          </span>
        )
      })}
      <div>{more > 0 ? t('byteOrder.moreLooks', { n: more }) : t('byteOrder.enough')}</div>
    </div>
  )
}

const FIRST = 12

interface Props {
  readonly left: readonly Standing[]
  readonly place: Place
  readonly chosen: string | null
  readonly proven: boolean
  readonly onChoose: (key: string) => void
}
/** Every reading that gives the number; one is chosen. */
export function Candidates({ left, place, chosen, proven, onChoose }: Props) {
  const { t, lang } = useText()
  const [all, setAll] = useState(false)
  return (
    <>
      <div className="scroll">
        <table className="tbl cand">
          <thead>
            <tr>
              <th>{t('byteOrder.type')}</th>
              <th>{t('byteOrder.order')}</th>
              <th className="r">{t('byteOrder.address')}</th>
              <th className="r">{t('byteOrder.scale')}</th>
              <th className="r">{t('byteOrder.gives')}</th>
            </tr>
          </thead>
          <tbody>
            {(all ? left : left.slice(0, FIRST)).map(({ key, candidate: c }) => (
              <tr key={key} className={key === chosen && proven ? 'best' : undefined}>
                <td className="nw">
                  <label>
                    <input type="radio" name="candidate" checked={key === chosen} onChange={() => onChoose(key)} />
                    <span>
                      {c.type}
                      {c.byte ? ` ${t(`byteOrder.${c.byte}`)}` : ''}
                    </span>
                  </label>
                </td>
                <td className="mono">{c.order}</td>
                <td className="r mono">{place.address + c.offset}</td>
                <td className="r mono">{c.scale === 1 ? '' : `×${c.scale}`}</td>
                <td className="r mono">{formatNumber(c.value, lang)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="card-f row wrap">
        <span>{t('byteOrder.found', { n: left.length })}</span>
        {!all && left.length > FIRST ? (
          <span className="ml">
            <Button small onClick={() => setAll(true)}>
              {t('byteOrder.showAll')}
            </Button>
          </span>
        ) : null}
      </div>
    </>
  )
}
