import { Link } from 'wouter'
import type { EquipmentView } from '../../../gateway/http/contract.ts'
import { certificatePoint, daysLeft, stateOfDays } from '../../../rules/certificate.ts'
import { useMe } from '../api.ts'
import { plain } from '../format.ts'
import { serverNow, useSample } from '../live.ts'
import { useText } from '../text/index.ts'

type Paper = EquipmentView['certificates'][number]
const tints = { valid: '', due: 'low', soon: 'medium', expired: 'high' } as const
const SHOWN_DAYS = 60

/** How long it holds, as a word; the gateway says the days, so that the page and the alarm never differ. */
function Left({ equipment, paper }: { readonly equipment: string; readonly paper: Paper }) {
  const { t } = useText()
  const zone = useMe().site.timezone
  const said = useSample(certificatePoint(equipment, paper.id))?.value
  const left = typeof said === 'number' ? said : daysLeft(paper.expires, serverNow(), zone)
  const word =
    left < 0 ? t('papers.over', { n: -left }) : left === 0 ? t('papers.today') : t('papers.days', { n: left })
  const tint = tints[stateOfDays(left)]
  return <span className={tint === '' ? 'nw' : `nw chip sq ${tint}`}>{word}</span>
}

/** The papers of one piece of equipment; nothing when it has none. */
export function Papers({ equipment }: { readonly equipment: EquipmentView }) {
  const { t, of } = useText()
  if (equipment.certificates.length === 0) return null
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('papers.title')}</h2>
      </div>
      <table className="tbl">
        <thead>
          <tr>
            <th>{t('papers.what')}</th>
            <th>{t('papers.expires')}</th>
            <th className="r">{t('papers.left')}</th>
          </tr>
        </thead>
        <tbody>
          {equipment.certificates.map(paper => (
            <tr key={paper.id}>
              <td>
                <bdi>{of(paper.name)}</bdi>
                {paper.no === null ? null : <div className="cap mono">{plain(paper.no)}</div>}
              </td>
              <td className="nw">{paper.expires}</td>
              <td className="r">
                <Left equipment={equipment.id} paper={paper} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** Of everything: what runs out within two months, the soonest first. */
export function PapersDue({ all }: { readonly all: readonly EquipmentView[] }) {
  const { t, of } = useText()
  const zone = useMe().site.timezone
  const papers = all
    .flatMap(equipment => equipment.certificates.map(paper => ({ equipment, paper })))
    .filter(({ paper }) => daysLeft(paper.expires, serverNow(), zone) <= SHOWN_DAYS)
    .sort((a, b) => a.paper.expires.localeCompare(b.paper.expires))
  if (papers.length === 0) return null
  return (
    <section className="card papers">
      <div className="card-h">
        <h2>{t('papers.due')}</h2>
        <span className="dim">{papers.length}</span>
      </div>
      <ul className="lst">
        {papers.map(({ equipment, paper }) => (
          <li key={`${equipment.id} ${paper.id}`}>
            <div className="grow">
              <Link href={`/equipment/${encodeURIComponent(equipment.id)}`} className="link">
                <bdi>{of(equipment.name)}</bdi>
              </Link>{' '}
              <bdi>{of(paper.name)}</bdi>
              <div className="cap">{t('papers.until', { day: paper.expires })}</div>
            </div>
            <Left equipment={equipment.id} paper={paper} />
          </li>
        ))}
      </ul>
    </section>
  )
}
