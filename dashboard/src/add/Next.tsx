import { Link } from 'wouter'
import { useText } from '../text/index.ts'

const next = ['people', 'rules', 'notify', 'table', 'byteOrder', 'backups'] as const

/** What else a new box needs, when its first device is there. */
export function Next({ empty }: { readonly empty: boolean }) {
  const { t } = useText()
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t(empty ? 'add.next' : 'add.more')}</h2>
      </div>
      <ul className="lst">
        {next.map(one => (
          <li key={one}>
            <div className="grow">
              <Link href={`/settings/${one}`} className="link">
                {t(`settings.${one}`)}
              </Link>
              <div className="cap">{t(`add.nexts.${one}`)}</div>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}
