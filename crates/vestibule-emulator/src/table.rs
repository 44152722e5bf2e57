use std::collections::{HashMap, VecDeque};

/// How many entries a table holds before it forgets the oldest.
const MOST: usize = 4096;

/// A map that forgets its oldest entry when it is full, so that memory stays bounded.
///
/// A spent code or an expired token is still known for what it was, and is refused with the right
/// error; what is over for long may be forgotten early.
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
        if MOST < self.order.len()
            && let Some(oldest) = self.order.pop_front()
        {
            self.entries.remove(&oldest);
        }
    }

    /// Forgets the oldest entries as long as they are over.
    pub(crate) fn forget(&mut self, is_over: impl Fn(&V) -> bool) {
        while let Some(key) = self.order.front()
            && self.entries.get(key).is_none_or(&is_over)
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

    /// All entries, the oldest first.
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
    fn the_oldest_is_forgotten_and_nothing_else() {
        let mut table = Table::default();
        for n in 0..=MOST {
            table.insert(n.to_string(), n);
        }
        table.insert("1".into(), 0);
        assert_eq!(table.get("0"), None);
        assert_eq!(table.get("1"), Some(&0));
        assert_eq!(table.iter().count(), MOST);
        assert_eq!(table.entries.len(), MOST);
        table.forget(|n| *n < 10);
        assert_eq!((table.get("9"), table.get("10")), (None, Some(&10)));
        assert_eq!(table.entries.len(), table.order.len());
    }
}
