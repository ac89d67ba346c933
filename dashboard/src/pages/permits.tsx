import { useState } from 'react'
import { Link } from 'wouter'
import { useMay } from '../api.ts'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { NewPermit } from '../parts/permits/NewPermit.tsx'
import { NewTag } from '../parts/permits/NewTag.tsx'
import { PermitRow } from '../parts/permits/PermitRow.tsx'
import { Switchings } from '../parts/permits/Switchings.tsx'
import { TagRow } from '../parts/permits/TagRow.tsx'
import { usePermits, useTags } from '../permits.ts'
import { useText } from '../text/index.ts'
import './doors.css'
import './permits.css'

type Section = 'permits' | 'tags' | 'switching'

/** Permits of dangerous work, tags on equipment, and the switching log. */
export default function Permits({ section }: { readonly section: Section }) {
  const { t } = useText()
  const shown: Record<Section, boolean> = {
    permits: useMay('permit.read'),
    tags: useMay('plant.read'),
    switching: useMay('switching.read'),
  }
  return (
    <Page title={t('permits.title')} sub={t('permits.sub')}>
      <nav className="tabs bar-h rp-x" aria-label={t('permits.title')}>
        {(['permits', 'tags', 'switching'] as const)
          .filter(one => shown[one])
          .map(one => (
            <Link
              key={one}
              href={one === 'permits' ? '/permits' : `/permits/${one}`}
              aria-current={one === section ? 'page' : undefined}
            >
              {t(`permits.tab.${one}`)}
            </Link>
          ))}
      </nav>
      {section === 'permits' ? <PermitList /> : section === 'tags' ? <TagList /> : <Switchings />}
    </Page>
  )
}

function PermitList() {
  const { t } = useText()
  const [past, setPast] = useState(false)
  const [making, setMaking] = useState(false)
  const permits = usePermits(past)
  const away = useRecordBlock()
  const mayAsk = useMay('permit.ask')
  return (
    <section className="card" aria-label={t('permits.tab.permits')}>
      <div className="card-h wrap">
        <h2>{t(past ? 'permits.all' : 'permits.open')}</h2>
        <span className="ml row wrap">
          <Button small aria-pressed={past} onClick={() => setPast(!past)}>
            {t(past ? 'permits.open' : 'permits.all')}
          </Button>
          <Button
            small
            primary
            icon="plus"
            blocked={away ?? (mayAsk ? null : t('permits.blockedRole'))}
            onClick={() => setMaking(true)}
          >
            {t('permits.new')}
          </Button>
        </span>
      </div>
      <Loaded query={permits} what={t('permits.title')}>
        {list =>
          list.length === 0 ? (
            <Empty icon="fire" title={t('permits.none')} why={t('permits.noneWhy')} />
          ) : (
            <ul className="drs">
              {list.map(permit => (
                <PermitRow key={permit.id} permit={permit} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {making ? <NewPermit onClose={() => setMaking(false)} /> : null}
    </section>
  )
}

function TagList() {
  const { t } = useText()
  const [past, setPast] = useState(false)
  const [making, setMaking] = useState(false)
  const tags = useTags(past)
  const away = useRecordBlock()
  const mayHang = useMay('tag.hang')
  return (
    <section className="card" aria-label={t('permits.tab.tags')}>
      <div className="card-h wrap">
        <h2>{t(past ? 'tags.register' : 'tags.open')}</h2>
        <span className="ml row wrap">
          <Button small aria-pressed={past} onClick={() => setPast(!past)}>
            {t(past ? 'tags.open' : 'tags.register')}
          </Button>
          <Button small onClick={() => window.print()}>
            {t('permits.print')}
          </Button>
          <Button
            small
            primary
            icon="plus"
            blocked={away ?? (mayHang ? null : t('tags.blockedRole'))}
            onClick={() => setMaking(true)}
          >
            {t('tags.new')}
          </Button>
        </span>
      </div>
      <Loaded query={tags} what={t('permits.tab.tags')}>
        {list =>
          list.length === 0 ? (
            <Empty icon="lock" title={t('tags.none')} why={t('tags.noneWhy')} />
          ) : (
            <ul className="drs">
              {list.map(tag => (
                <TagRow key={tag.id} tag={tag} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {making ? <NewTag onClose={() => setMaking(false)} /> : null}
    </section>
  )
}
