import { DownOutlined } from '@ant-design/icons'
import { Button, Dropdown, type MenuProps } from 'antd'
import { useTranslation } from 'react-i18next'
import { useProperties } from '@/components/catalog'
import { propertyVariable } from '../draft'

/** Variables to put at the cursor; a key is the variable itself. */
export function VariableMenu({ onPick }: { onPick: (piece: string) => void }) {
  const { t } = useTranslation('campaigns')
  const properties = useProperties('user')
  const own = ['name', 'email', 'id']
  const others = (properties.data ?? []).filter((p) => !own.includes(p.name)).slice(0, 60)
  const items: MenuProps['items'] = [
    {
      key: 'person', type: 'group', label: t('what.variables.person'),
      children: [
        { key: `{{ person.name | default: "${t('what.variables.fallback')}" }}`, label: t('what.variables.name') },
        { key: '{{ person.email }}', label: t('what.variables.email') },
        { key: '{{ person.id }}', label: t('what.variables.id') },
      ],
    },
    ...(others.length > 0 ? [{
      key: 'properties', type: 'group' as const, label: t('what.variables.properties'),
      children: others.map((p) => ({ key: `{{ ${propertyVariable(p.name)} }}`, label: p.name })),
    }] : []),
    {
      key: 'campaign', type: 'group', label: t('what.variables.campaign'),
      children: [
        { key: '{{ campaign.name }}', label: t('what.variables.campaignName') },
        { key: '{{ unsubscribe_url }}', label: t('what.variables.unsubscribe') },
      ],
    },
  ]
  return (
    <Dropdown trigger={['click']} menu={{ items, onClick: ({ key }) => onPick(key), className: 'weir-variables' }}>
      <Button size="small">{t('what.insert')} <DownOutlined aria-hidden="true" /></Button>
    </Dropdown>
  )
}
