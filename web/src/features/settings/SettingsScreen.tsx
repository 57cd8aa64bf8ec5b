import { Waiting } from '@/ui/state'

export default function SettingsScreen() {
  return <Waiting />
}
