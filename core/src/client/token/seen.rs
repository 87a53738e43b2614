//! Every pair a process has seen, the newest last.

use std::sync::OnceLock;

use super::pair::Token;

/// A list that only grows. Readers take no lock, so a forked child finds none that a thread of its parent
/// held; and every pair ever used stays known to those who black out secrets. Pairs change once in weeks.
#[derive(Default)]
pub(super) struct Seen {
    first: OnceLock<Box<Node>>,
}

struct Node {
    token: Token,
    next: OnceLock<Box<Node>>,
}

impl Seen {
    pub(super) fn all(&self) -> impl Iterator<Item = &Token> {
        let first = self.first.get();
        std::iter::successors(first, |node| node.next.get()).map(|node| &node.token)
    }

    pub(super) fn newest(&self) -> Option<&Token> {
        self.all().last()
    }

    /// Makes `token` the newest, unless it is so already.
    pub(super) fn add(&self, token: Token) -> &Token {
        let mut new = Some(Box::new(Node {
            token,
            next: OnceLock::new(),
        }));
        let mut slot = &self.first;
        let mut last: Option<&Node> = None;
        loop {
            if let Some(node) = slot.get() {
                if new.is_none() {
                    return &node.token;
                }
                last = Some(node);
                slot = &node.next;
                continue;
            }
            let same = |last: &&Node| {
                new.as_ref()
                    .is_some_and(|new| last.token.is_same_as(&new.token))
            };
            if let Some(last) = last.filter(same) {
                return &last.token;
            }
            if let Some(node) = new.take() {
                new = slot.set(node).err();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(access: &str) -> Token {
        let answer = format!(r#"{{"access_token":"{access}"}}"#);
        Token::from_answer("1", &answer, 0).unwrap()
    }

    #[test]
    fn keeps_every_pair_once_in_order() {
        let seen = Seen::default();
        assert!(seen.newest().is_none());
        for access in ["a", "a", "b", "b", "a"] {
            assert_eq!(seen.add(token(access)).access.expose(), access);
            assert_eq!(seen.newest().unwrap().access.expose(), access);
        }
        let all: Vec<&str> = seen.all().map(|token| token.access.expose()).collect();
        assert_eq!(all, ["a", "b", "a"]);
    }

    #[test]
    fn threads_lose_no_pair() {
        let seen = Seen::default();
        let add = |number: usize| seen.add(token(&number.to_string()));
        std::thread::scope(|scope| {
            for number in 0..8 {
                scope.spawn(move || add(number));
            }
        });
        assert_eq!(seen.all().count(), 8);
    }
}
