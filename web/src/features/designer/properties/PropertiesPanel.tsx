export default function PropertiesPanel() {
  return null
}
