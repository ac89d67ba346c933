import { Link } from 'wouter'
import { plain } from '../../format.ts'
import { useTags } from '../../permits.ts'
import { useText } from '../../text/index.ts'
import { Icon } from '../Icon.tsx'
import '../../pages/permits.css'

/** The tags that hang on equipment, wherever it is shown; nothing where none hangs. */
export function TagNote({ equipment }: { readonly equipment: string | null }) {
  const { t } = useText()
  const tags = useTags().data?.filter(tag => tag.equipment === equipment) ?? []
  return tags.map(tag => (
    <Link key={tag.id} href="/permits/tags" className="tg" data-tag={tag.no}>
      <Icon name="lock" />
      <b>{t(tag.inForce ? 'tags.hangs' : 'tags.lifted')}</b>
      <bdi>{plain(tag.owner)}</bdi>
      <span>{plain(tag.reason)}</span>
    </Link>
  ))
}
