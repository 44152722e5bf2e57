/// Declares the tests without TLS for a [`Subject`](crate::Subject).
#[macro_export]
macro_rules! http_tests {
    ($subject:ty) => {
        $crate::tests! { $subject, exchange:
            request_is_sent_unchanged
            every_status_is_returned
            informational_responses_are_skipped
            body_is_read_in_every_framing
            each_exchange_opens_and_closes_a_connection
            concurrent_exchanges_do_not_mix
            url_that_is_not_http_is_not_sent
        }
        $crate::tests! { $subject, faults:
            unknown_host_is_a_resolve_error
            closed_port_is_a_connect_error
            unreachable_host_is_a_connect_error
            reset_before_the_response_is_a_lost_connection
            reset_within_the_body_is_a_lost_connection
            truncated_response_is_a_lost_connection
            non_http_response_is_a_lost_connection
            endless_response_is_an_error
            missing_response_is_a_timeout
            timeout_of_the_request_takes_precedence
        }

        #[test]
        fn transport_without_a_runtime_is_an_error() {
            $crate::exchange::transport_without_a_runtime_is_an_error::<$subject>();
        }

        #[test]
        fn blocking_transport_works_without_a_runtime() {
            $crate::blocking::transport_works_without_a_runtime::<$subject>();
        }

        #[test]
        fn blocking_transport_is_shared_by_many_threads() {
            $crate::blocking::transport_is_shared_by_many_threads::<$subject>();
        }

        #[tokio::test]
        async fn blocking_transport_works_inside_another_runtime() {
            $crate::blocking::transport_works_inside_another_runtime::<$subject>().await;
        }
    };
}

/// Declares the tests with TLS for a [`Subject`](crate::Subject).
#[macro_export]
macro_rules! https_tests {
    ($subject:ty) => {
        $crate::tests! { $subject, tls:
            certificate_of_the_bundle_is_trusted
            unknown_issuer_and_wrong_name_are_tls_errors
            failed_handshake_is_distinct_from_a_lost_connection
        }
        $crate::tests! { $subject, proxies:
            https_is_sent_through_a_tunnel
            plain_http_is_forwarded_with_the_absolute_url
            loopback_host_has_no_proxy
            refusing_proxy_is_told_from_a_failing_one
            unreachable_proxy_is_told_from_an_unreachable_host
        }
    };
}

/// Declares tests of one module.
#[doc(hidden)]
#[macro_export]
macro_rules! tests {
    ($subject:ty, $module:ident: $($test:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
            async fn $test() {
                $crate::$module::$test::<$subject>().await;
            }
        )*
    };
}
