export default function YamlPanel() {
  return null
}
