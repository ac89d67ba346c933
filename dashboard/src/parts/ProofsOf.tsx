import { Link } from 'wouter'
import { useProvable } from '../proofs.ts'
import { useText } from '../text/index.ts'
import { Loaded } from './notes.tsx'
import { ProvableList } from './ProveAlarm.tsx'

/** The alarms that watch one piece of equipment, each with when it was proved last. */
export function ProofsOf({ equipment }: { readonly equipment: string }) {
  const { t } = useText()
  const query = useProvable({ equipment })
  return (
    <section className="card" aria-label={t('proving.ofEquipment')}>
      <div className="card-h">
        <h2>{t('proving.ofEquipment')}</h2>
        <Link href="/alarms/tests" className="link ml">
          {t('proving.all')}
        </Link>
      </div>
      <Loaded query={query} what={t('proving.ofEquipment')}>
        {list => <ProvableList list={list} byEquipment={false} />}
      </Loaded>
    </section>
  )
}
