use std::collections::{HashMap, VecDeque};

/// The number of entries that a table holds before it drops the oldest.
const MAX_ENTRIES: usize = 4096;

/// A map that drops its oldest entry when it is full, so that memory stays bounded.
///
/// Used codes and expired tokens stay in it for a while, since requests that use them get other
/// errors than requests with an unknown code or token.
pub(crate) struct Table<V> {
    entries: HashMap<String, V>,
    order: VecDeque<String>,
}

impl<V> Default for Table<V> {
    fn default() -> Self {
        Self { entries: HashMap::new(), order: VecDeque::new() }
    }
}

impl<V> Table<V> {
    pub(crate) fn insert(&mut self, key: String, value: V) {
        if self.entries.insert(key.clone(), value).is_none() {
            self.order.push_back(key);
        }
        if MAX_ENTRIES < self.order.len()
            && let Some(oldest) = self.order.pop_front()
        {
            self.entries.remove(&oldest);
        }
    }

    /// Removes the oldest entries, up to the first that has not expired.
    pub(crate) fn remove_expired(&mut self, is_expired: impl Fn(&V) -> bool) {
        while let Some(key) = self.order.front()
            && self.entries.get(key).is_none_or(&is_expired)
        {
            self.entries.remove(key);
            self.order.pop_front();
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&V> {
        self.entries.get(key)
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        self.entries.get_mut(key)
    }

    /// Returns the entries, the oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &V)> {
        self.order.iter().filter_map(|key| Some((key.as_str(), self.entries.get(key)?)))
    }

    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.entries.values_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_table_drops_only_its_oldest_entry() {
        let mut table = Table::default();
        for n in 0..=MAX_ENTRIES {
            table.insert(n.to_string(), n);
        }
        table.insert("1".into(), 0);
        assert_eq!(table.get("0"), None);
        assert_eq!(table.get("1"), Some(&0));
        assert_eq!(table.iter().count(), MAX_ENTRIES);
        assert_eq!(table.entries.len(), MAX_ENTRIES);
        table.remove_expired(|n| *n < 10);
        assert_eq!((table.get("9"), table.get("10")), (None, Some(&10)));
        assert_eq!(table.entries.len(), table.order.len());
    }
}
